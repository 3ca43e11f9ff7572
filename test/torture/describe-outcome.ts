// What came of an input as one plain row, in the words of the golden table: figures within their tolerance are the golden ones.
import { framesToSeconds } from '#domain/plan.ts'
import { type Colour, patches } from './counted-film.ts'
import type { Golden, GoldenFilm } from './golden.ts'
import { beepDelay, type Seen } from './read-back.ts'
import type { Outcome, Shown } from './run-input.ts'

/** Codecs begin a beep some milliseconds early or late; a frame is 40 ms. */
const syncTolerance = 12
/** 8-bit 4:2:0 at CRF 23, several matrices on the way. */
const colourTolerance = 12

export type Row = Required<GoldenFilm> | { refused: string }

export function goldenRow(golden: Golden): Row {
  if ('refused' in golden) return { refused: golden.refused }
  const frames = golden.frames ?? 100
  return {
    size: golden.size ?? '640x360',
    rate: golden.rate ?? '25',
    frames,
    seconds: golden.seconds ?? 4,
    shows: golden.shows ?? runsOf(Array.from({ length: frames }, (_, i) => i)),
    sync: golden.sync === undefined ? 0 : golden.sync,
    beeps: golden.beeps ?? null,
    colour: golden.colour ?? 'true',
    tracks: golden.tracks ?? ['- 1000'],
  }
}

/** One line of the table. */
export function textOf(row: Row): string {
  if ('refused' in row) return `refused: ${row.refused}`
  const { size, rate, frames, seconds, shows, sync, colour, tracks } = row
  const heard = tracks.length > 0 ? `${sync} ms, ${tracks.join(', ')} Hz` : 'no sound'
  return `${size} ${rate}/s ${frames} in ${seconds} s | ${shows} | ${heard} | ${colour}`
}

/** @param sourceRate pictures a second as they were counted. */
export function describeOutcome(outcome: Outcome, golden: Row, sourceRate: number): Row {
  if (outcome.kind === 'refused') return { refused: outcome.code }
  const { plan, lowest, highest, sounds } = outcome.shown
  const { timeline, rungs } = plan.video
  const { num, den } = timeline.rate
  const top = rungs.at(-1)
  const wanted = 'refused' in golden ? null : golden
  return {
    size: `${top?.pictureWidth}x${top?.pictureHeight}`,
    rate: den === 1 ? `${num}` : `${num}/${den}`,
    frames: timeline.frames,
    seconds: Math.round(framesToSeconds(timeline.frames, timeline.rate) * 1000) / 1000,
    shows: showsOf(runsOf(lowest.numbers), runsOf(highest.numbers), wanted?.shows),
    beeps: typeof wanted?.beeps === 'number' ? (sounds[0]?.beeps.length ?? 0) : null,
    sync: syncOf(outcome.shown, sourceRate, wanted?.sync ?? null),
    colour: colourOf(highest, lowest, wanted?.colour ?? 'true'),
    tracks: sounds.map(
      ({ track, beeps }) => `${track.language ?? '-'} ${beeps[0]?.hertz ?? 'silent'}`,
    ),
  }
}

/** `*` in the golden words is a damaged stretch, where builds guess differently. */
function showsOf(low: string, high: string, wanted = ''): string {
  const pattern = new RegExp(`^${wanted.replaceAll('?', '\\?').replaceAll('*', '.*')}$`)
  if (pattern.test(low) && pattern.test(high)) return wanted
  return low === high ? high : `${low} below ${high}`
}

/** `0-9 9x2 12-20`: rising runs and repeated pictures; `?` is a picture without a number. */
export function runsOf(numbers: readonly number[]): string {
  const parts: string[] = []
  const name = (number: number | undefined) => (number === -1 ? '?' : String(number))
  for (let at = 0; at < numbers.length; ) {
    const first = numbers[at] ?? -1
    let same = 1
    while (numbers[at + same] === first) same += 1
    let rising = 1
    while (first >= 0 && numbers[at + rising] === first + rising) rising += 1
    // The last of a rising run may be the first of a repeated picture.
    if (rising > 1 && numbers[at + rising] === first + rising - 1) rising -= 1
    if (same === 1) {
      parts.push(rising > 1 ? `${first}-${first + rising - 1}` : name(first))
      at += rising
    } else {
      parts.push(`${name(first)}x${same}`)
      at += same
    }
  }
  return parts.join(' ')
}

const milliseconds = (seconds: number) => Math.round(seconds * 1000)

/** By how much sound is late against the picture, at the first beep and at the last. */
function syncOf(
  { plan, highest, sounds }: Shown,
  sourceRate: number,
  wanted: number | string | null,
): number | string | null {
  const beeps = sounds[0]?.beeps ?? []
  const [first, last] = [beeps[0], beeps.at(-1)]
  // A drawn picture is at every instant what it is at any other.
  const late = plan.video.drawn ? 0 : pictureDelay(highest, plan, sourceRate)
  if (!first || !last || late === null) return null
  const found = [first, last].map(beep => {
    const since = beepDelay(beep) - late
    return milliseconds(since - Math.round(since))
  })
  const close = found.every(one => Math.abs(one - Number(wanted)) <= syncTolerance)
  if (wanted !== null && close) return wanted
  return found[0] === found[1] ? (found[0] ?? null) : found.join(' to ')
}

/** How much later pictures are shown than they were counted; the median, seconds. */
function pictureDelay({ numbers }: Seen, plan: Shown['plan'], sourceRate: number): number | null {
  const { num, den } = plan.video.timeline.rate
  const delays = numbers
    .flatMap((number, frame) => {
      const isNew = frame === 0 || numbers[frame - 1] !== number
      return number >= 0 && isNew ? [(frame * den) / num - number / sourceRate] : []
    })
    .sort((a, b) => a - b)
  return delays[delays.length >> 1] ?? null
}

const hex = (colour: Colour) =>
  colour.map(value => Math.round(value).toString(16).padStart(2, '0')).join('')

const parse = (text: string): Colour[] =>
  text.split(' ').map(one => {
    const [red = 0, green = 0, blue = 0] = [0, 2, 4].map(at =>
      Number.parseInt(one.slice(at, at + 2), 16),
    )
    return [red, green, blue]
  })

/** The golden words when every patch of both rungs is as they say; else the patches of the highest rung in hexadecimal. */
function colourOf(highest: Seen, lowest: Seen, wanted: string): string {
  const expected = wanted === 'true' ? patches : parse(wanted)
  const isAlike = ({ colours }: Seen) =>
    colours.length === expected.length &&
    colours.every((colour, patch) =>
      colour.every((value, c) => Math.abs(value - (expected[patch]?.[c] ?? 0)) <= colourTolerance),
    )
  if (isAlike(highest) && isAlike(lowest)) return wanted
  return highest.colours.map(hex).join(' ')
}
