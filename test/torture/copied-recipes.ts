// Inputs that are already good: their highest rung is their own packets, and the others are cut at the same pictures.
import { taggedBt709, x264 } from './counted-film.ts'
import { film, type Recipe } from './recipe.ts'

/** Under the cap of 360p at every keyframe. */
const modest = (...more: string[]) =>
  x264(
    ...['-crf', '30', '-maxrate', '500k', '-bufsize', '200k', '-sc_threshold', '0'],
    ...[...taggedBt709, ...more],
  )

export const copiedRecipes: Record<string, Recipe> = {
  'copied.mp4': film({ video: modest('-g', '40') }),
  'copied-short-gops.mov': film({ video: modest('-g', '13', '-bf', '4', '-b_strategy', '2') }),
  'copied-late.mp4': film({ video: modest('-g', '50'), output: ['-output_ts_offset', '3'] }),
}
