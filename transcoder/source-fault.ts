// Whose fault it is that FFmpeg gave up on a source: the file's, when its decoder or demuxer says so, else ours. Pure.
import { MillraceError } from '#domain/errors.ts'

/** FFmpeg's own status for «more than two thirds of the packets could not be decoded» (`-max_error_rate`). */
const undecodable = /^ffmpeg ended with 69:/

/** What stands at level error when packets can't be decoded, in the words of FFmpeg 5 and of later ones. */
const damaged =
  /^.*\[(?:error|fatal)\] .*(?:Invalid data found when processing input|Error while decoding stream|Error submitting packet to decoder|Decoding error|Cannot determine format of input)/m

/**
 * A machine or a store in trouble makes decoders stumble as well: then the file is not to blame. Lines say how grave they are,
 * but where FFmpeg is told to speak of errors alone.
 */
const ours =
  /^(?!.*\[(?:info|warning|verbose)\] ).*(?:Cannot allocate memory|No space left on device|File too large|Input\/output error|Connection (?:refused|reset)|Server returned \d|HTTP error \d|Stream ends prematurely|Operation timed out)/m

/** FFmpeg was killed, ran out of time, or met a machine or a store in trouble: nothing is said of what it was given. */
export const isTroubleOfOurs = ({ detail = '' }: Pick<MillraceError, 'detail'>): boolean =>
  /^ffmpeg (?!ended with \d)/.test(detail) || ours.test(detail)

/**
 * `source-unreadable` in place of an `encode-failed` that the source is to blame for: it is final, and its sentence can be acted
 * on. Anything else as it is.
 */
export function blameSource(thrown: unknown): unknown {
  if (!(thrown instanceof MillraceError) || thrown.code !== 'encode-failed') return thrown
  const { detail = '' } = thrown
  if (isTroubleOfOurs(thrown)) return thrown
  if (!undecodable.test(detail) && !damaged.test(detail)) return thrown
  return new MillraceError('source-unreadable', { cause: thrown, detail })
}
