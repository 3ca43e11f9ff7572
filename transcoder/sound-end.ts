// Where sound that outlasts the picture ends. Headers are believed that it does not; that it does is read from its packets,
// for a header that lies would hold the last picture for hours.
import { multiplyRational, type Rational, rational, toNumber } from '#domain/rational.ts'
import { type Demuxer, paddingSeconds } from '#domain/timeline.ts'
import type { Ffmpeg } from './ffmpeg.ts'
import { type ProbeInput, packetArgs } from './probe-args.ts'
import type { SoundFacts } from './stream-facts.ts'

export interface EndRequest extends ProbeInput {
  ffmpeg: Ffmpeg
  sizeBytes: number
  limits: { maxProbeSeconds: number }
  signal: AbortSignal
}

/** What lies behind the picture is sound alone, so little is read; but a slow store needs its time. */
const readBytesPerSecond = 25_000_000

/** The tracks with their ends, for those that go on after `pictureEnd`; no end for the others. */
export function withEnds(
  request: EndRequest,
  audio: readonly SoundFacts[],
  pictureEnd: number,
): Promise<SoundFacts[]> {
  return Promise.all(
    audio.map(async sound => {
      const said = sound.lastSeconds && toNumber(sound.lastSeconds)
      if (said === null || said - pictureEnd <= paddingSeconds)
        return { ...sound, lastSeconds: null }
      return { ...sound, lastSeconds: await readEnd(request, sound, pictureEnd) }
    }),
  )
}

/** Their headers guess how long they are, from a bit rate. */
const withoutLength = new Set<Demuxer>(['mp3', 'aac'])
/** Before the end that a header says. */
const lastPartSeconds = 10

/** The tracks of a recording without a picture: nothing but their own packets says how long it is. */
export function withReadEnds(
  request: EndRequest,
  audio: readonly SoundFacts[],
): Promise<SoundFacts[]> {
  return Promise.all(
    audio.map(async sound => {
      const said = withoutLength.has(request.demuxer) ? null : sound.lastSeconds
      const from = said ? toNumber(said) - lastPartSeconds : 0
      const found = from > 0 ? await readEnd(request, sound, from) : null
      return { ...sound, lastSeconds: found ?? (await readEnd(request, sound, null)) }
    }),
  )
}

/** The end of a track by its packets from an instant on; null when there are none. */
async function readEnd(
  request: EndRequest,
  { stream, timebase }: Pick<SoundFacts, 'stream' | 'timebase'>,
  fromSeconds: number | null,
): Promise<Rational | null> {
  const { ffmpeg, limits, sizeBytes, signal } = request
  const lines = await ffmpeg.probe({
    args: packetArgs(request, stream, fromSeconds === null ? undefined : { fromSeconds }),
    timeoutSeconds: limits.maxProbeSeconds + sizeBytes / readBytesPerSecond,
    signal,
  })
  const ticksOf = (seconds: number) => (seconds * timebase.den) / timebase.num
  const from = fromSeconds === null ? null : ticksOf(fromSeconds)
  const last = lastTick(lines, from, ticksOf(longestSilenceSeconds))
  return last === null ? null : multiplyRational(rational(last), timebase)
}

/** A packet that comes after more silence than this has a damaged timestamp: a picture is not held for it. */
const longestSilenceSeconds = 60

/**
 * Where sound that goes on from an instant (null: from its first packet) ends, in ticks; null when none does.
 * @param lines `pts,dts,duration,flags`; packets to discard (flag D) are not heard.
 */
export function lastTick(lines: string, from: number | null, leap: number): number | null {
  let last: number | null = null
  for (const [, pts, duration, flags = ''] of lines.matchAll(packetLine)) {
    if (flags.includes('D')) continue
    const start = Number(pts)
    if (start > (last ?? from ?? start) + leap) continue
    last = Math.max(last ?? start, start + (duration === 'N/A' ? 0 : Number(duration)))
  }
  return last
}

const packetLine = /^(-?\d{1,18}),(?:-?\d+|N\/A),(\d{1,18}|N\/A),([A-Z_]+)/gm
