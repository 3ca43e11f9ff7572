// What a poster stands on until it is there: its own mean colour, so that a picture comes out of it instead of out of nothing.
import type { VideoView } from '#domain/video.ts'

/** It leaves bars in a place made for wide pictures. */
export const isTall = ({ width, height }: Pick<VideoView, 'width' | 'height'>): boolean =>
  width !== null && height !== null && width < height * 1.4

/** A tall one has none: its bars would have the colour, and lose it when the film begins. */
export function groundOf(view: Pick<VideoView, 'posterColor' | 'width' | 'height'>) {
  return view.posterColor === null || isTall(view) ? {} : { backgroundColor: view.posterColor }
}
