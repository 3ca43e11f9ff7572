// What follows the chunks of an input, as a worker does it: the whole held against the plan and the gate, poster and storyboard.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '#domain/errors.ts'
import type { Plan } from '#domain/plan.ts'
import { checkTrack } from '../../transcoder/check-whole.ts'
import { verify } from '../../transcoder/gate/verify.ts'
import type { Packed } from '../../transcoder/pack.ts'
import { drawPoster, makePoster, makeStoryboard } from '../../transcoder/pictures.ts'
import { mainUrl, memoryReader, present } from '../support/presentation.ts'
import { ffmpeg } from '../support/reading.ts'
import { seeFilm } from './read-back.ts'

/**
 * @param made of every track of the plan. The gate's decoding is left out: whoever looks at the film decodes all of it.
 * @throws MillraceError `check-failed` or `output-faulty`.
 */
export async function checkFinished(
  plan: Plan,
  made: ReadonlyMap<string, readonly Packed[]>,
): Promise<void> {
  const { tracks, files } = await present(plan, made)
  for (const [track, chunks] of tracks) checkTrack(plan, track, chunks)
  const { reader } = memoryReader(files)
  const { findings } = await verify(reader, mainUrl, {
    ...{ fragments: 'all', atOnce: 4, decode: null, decodesAtOnce: 1 },
  })
  if (findings.length === 0) return
  throw new MillraceError('output-faulty', { detail: JSON.stringify(findings) })
}

/**
 * The number of the picture on the poster, -1 where it cannot be read; `drawn` where there is none to show; or the code of what kept
 * it from being made.
 */
export async function picturesOf(
  plan: Plan,
  input: string,
  work: string,
): Promise<number | string> {
  const folder = join(work, 'pictures')
  await mkdir(folder)
  const run = (args: string[]) => ffmpeg.run({ args, cwd: folder, timeoutSeconds: 60 })
  const making = { plan, input, folder, run }
  try {
    if (plan.video.drawn) {
      await drawPoster(making, plan.video.drawn)
      return 'drawn'
    }
    const poster = await makePoster(making)
    const { sheets } = await makeStoryboard(making)
    if (sheets.length === 0) return 'no storyboard'
    return (await seeFilm(join(folder, poster.file))).numbers[0] ?? -1
  } catch (thrown) {
    // The video does without them.
    if (thrown instanceof MillraceError) return thrown.code
    throw thrown
  }
}
