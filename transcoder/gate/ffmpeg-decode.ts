// Decodes sampled segments with FFmpeg, all of each, one process for those that come together, in its sandbox and in a scratch folder.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '#domain/errors.ts'
import { sampleDecodeArgs } from '../check.ts'
import type { Ffmpeg } from '../ffmpeg.ts'
import type { Scratch } from '../scratch.ts'
import { isTroubleOfOurs } from '../source-fault.ts'
import type { Decode } from './decode-sample.ts'

const timeoutSeconds = 120

/** FFmpeg's first complaint, without the address of its decoder in memory. */
const complaintOf = (detail: string) =>
  (detail.split('\n', 1)[0] ?? '')
    .replace(/^ffmpeg ended with -?\d+: /, '')
    .replace(/\[(\w+) @ 0x[0-9a-f]+\]/g, '[$1]')

/**
 * @param trouble `thrown`: a run that was killed or out of time says nothing of the segment, and is for whoever asked to try
 *   again
 */
export function createDecode(
  deps: { ffmpeg: Ffmpeg; scratch: Scratch },
  signal?: AbortSignal,
  trouble: 'found' | 'thrown' = 'found',
): Decode {
  return files =>
    deps.scratch.use(async folder => {
      const paths = files.map((_, index) => join(folder, `segment-${index}.mp4`))
      await Promise.all(paths.map((path, index) => writeFile(path, files[index] ?? '')))
      try {
        await deps.ffmpeg.run({
          args: sampleDecodeArgs(paths, 'all'),
          timeoutSeconds,
          ...(signal ? { signal } : {}),
        })
        return null
      } catch (thrown) {
        if (!(thrown instanceof MillraceError) || thrown.code !== 'encode-failed') throw thrown
        if (trouble === 'thrown' && isTroubleOfOurs(thrown)) throw thrown
        return `does not decode: ${complaintOf(thrown.detail ?? thrown.message)}`
      }
    })
}
