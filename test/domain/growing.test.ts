// Lists that grow: under any arrival of chunks and any requests nothing listed changes, nothing is skipped, all of it ends.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GrowingListing, planListing, type SegmentSlot } from '#domain/growing.ts'
import { borrowLeadSeconds } from '#domain/timing.ts'

/** Best first: each may borrow from those after it. */
const rungs = ['1080p', '480p', '240p']
const segmentSeconds = 2

function slotsOf(chunkLengths: readonly number[]): SegmentSlot[] {
  const slots: SegmentSlot[] = []
  for (const [chunk, fragments] of chunkLengths.entries()) {
    for (let fragment = 0; fragment < fragments; fragment++) {
      slots.push({ chunk, fragment, startSeconds: slots.length * segmentSeconds })
    }
  }
  return slots
}

/** One generation as its keeper sees it: records arrive, lists are asked for and remembered before they are shown. */
class Generation {
  readonly slots: SegmentSlot[]
  readonly recorded = new Set<string>()
  readonly remembered = new Map<string, Map<number, readonly string[]>>()
  readonly shown = new Map<string, readonly string[]>()
  readonly firstChanceSeconds: number

  constructor(chunkLengths: readonly number[], firstChanceSeconds: number) {
    this.slots = slotsOf(chunkLengths)
    this.firstChanceSeconds = firstChanceSeconds
  }

  has(track: string, chunk: number): boolean {
    return this.recorded.has(`${track} ${chunk}`)
  }

  ask(rung: string, nowSeconds: number): GrowingListing {
    const memory = this.remembered.get(rung) ?? new Map<number, readonly string[]>()
    this.remembered.set(rung, memory)
    const listing = planListing({
      slots: this.slots,
      tracks: rungs.slice(rungs.indexOf(rung)),
      has: (track, chunk) => this.has(track, chunk),
      listed: chunk => memory.get(chunk) ?? [],
      nowSeconds,
      firstChanceSeconds: this.firstChanceSeconds,
    })
    // Frozen: a list that was remembered is never written to.
    for (const [chunk, picks] of listing.grown) memory.set(chunk, Object.freeze(picks))
    return listing
  }
}

type Step = { at: number; record: string; chunk: number } | { at: number; ask: string }

const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 })
const worlds = lengths.chain(chunkLengths => {
  const records = rungs.flatMap(record => chunkLengths.map((_, chunk) => ({ record, chunk })))
  const times = fc.double({ min: 0, max: 60, noNaN: true })
  return fc.record({
    chunkLengths: fc.constant(chunkLengths),
    firstChance: fc.double({ min: 0, max: 20, noNaN: true }),
    arrivals: fc.tuple(...records.map(record => times.map(at => ({ at, ...record })))),
    asks: fc.array(fc.record({ at: times, ask: fc.constantFrom(...rungs) }), { maxLength: 40 }),
  })
})

/** Everything that must hold of one answer, whatever came before it. */
function check(world: Generation, rung: string, now: number, { picks, grown }: GrowingListing) {
  const before = world.shown.get(rung) ?? []
  const lower = rungs.slice(rungs.indexOf(rung) + 1)
  const due = (position: number) =>
    now >= world.firstChanceSeconds + position * segmentSeconds - borrowLeadSeconds
  const available = (track: string, position: number) =>
    world.has(track, world.slots[position]?.chunk ?? -1)

  // What was listed stays, and the list is a prefix of the timeline.
  expect(picks.slice(0, before.length)).toEqual(before)
  expect(picks.length).toBeLessThanOrEqual(world.slots.length)
  for (const [position, pick] of picks.entries()) {
    expect(available(pick, position)).toBe(true)
    if (position < before.length) continue
    if (available(rung, position)) expect(pick).toBe(rung)
    else {
      expect(due(position)).toBe(true)
      expect(pick).toBe(lower.find(track => available(track, position)))
    }
  }
  // It stops only where nothing may be listed yet.
  const next = picks.length
  if (next < world.slots.length) {
    expect(available(rung, next)).toBe(false)
    expect(due(next) && lower.some(track => available(track, next))).toBe(false)
  }
  // What is to be remembered is what is new, whole chunks at a time, without holes.
  const changed = new Set(world.slots.slice(before.length, next).map(({ chunk }) => chunk))
  expect([...grown.keys()]).toEqual([...changed])
  for (const [chunk, chunkPicks] of grown) {
    expect([...chunkPicks]).toEqual(picks.filter((_, i) => world.slots[i]?.chunk === chunk))
  }
  world.shown.set(rung, picks)
}

describe('a playlist that grows', () => {
  it('keeps its laws under any arrival of chunks and any requests, and closes in the end', () => {
    fc.assert(
      fc.property(worlds, ({ chunkLengths, firstChance, arrivals, asks }) => {
        const world = new Generation(chunkLengths, firstChance)
        const steps: Step[] = [...arrivals, ...asks].sort((a, b) => a.at - b.at)
        for (const step of steps) {
          if ('record' in step) world.recorded.add(`${step.record} ${step.chunk}`)
          else check(world, step.ask, step.at, world.ask(step.ask, step.at))
        }
        for (const rung of rungs) {
          const listing = world.ask(rung, 60)
          check(world, rung, 60, listing)
          expect(listing.picks).toHaveLength(world.slots.length)
          // Asked again, it is the same list and there is nothing to remember.
          expect(world.ask(rung, 1000)).toEqual({ picks: listing.picks, grown: new Map() })
        }
        expect(new Set(world.shown.get('240p'))).toEqual(new Set(['240p']))
      }),
      { numRuns: 300 },
    )
  })
})

describe('a rung that lags behind', () => {
  const world = (...records: [track: string, chunk: number][]) => {
    const made = new Generation([2, 2, 2], 10)
    for (const [track, chunk] of records) made.recorded.add(`${track} ${chunk}`)
    return made
  }
  const lowest: [string, number][] = [
    ['240p', 0],
    ['240p', 1],
    ['240p', 2],
  ]

  it('lists nothing before a viewer needs it', () => {
    expect(world(...lowest).ask('1080p', 5.9).picks).toEqual([])
  })

  it('borrows segment by segment, four seconds before each is shown', () => {
    const made = world(...lowest)
    const counts = [6, 7.9, 8, 10, 12, 14, 16, 18].map(now => made.ask('1080p', now).picks.length)
    expect(counts).toEqual([1, 1, 2, 3, 4, 5, 6, 6])
  })

  it('takes its own from the middle of a chunk when it comes late, and keeps what it borrowed', () => {
    const made = world(...lowest)
    made.ask('1080p', 6)
    made.recorded.add('1080p 0')
    const { picks, grown } = made.ask('1080p', 6)
    expect(picks).toEqual(['240p', '1080p'])
    expect(grown).toEqual(new Map([[0, ['240p', '1080p']]]))
  })

  it('lists its own far ahead of any viewer, up to the first hole', () => {
    const made = world(['1080p', 0], ['1080p', 2], ...lowest)
    expect(made.ask('1080p', 0).picks).toEqual(['1080p', '1080p'])
  })

  it('borrows the best there is, and each rung decides for itself', () => {
    const made = world(...lowest, ['480p', 0])
    expect(made.ask('1080p', 100).picks.slice(0, 3)).toEqual(['480p', '480p', '240p'])
    expect(made.ask('480p', 100).picks.slice(0, 3)).toEqual(['480p', '480p', '240p'])
    expect(made.ask('240p', 100).picks).toEqual(Array(6).fill('240p'))
  })

  it('never lends to a rung below it', () => {
    const made = world(['1080p', 0], ['480p', 0])
    expect(made.ask('240p', 1000)).toEqual({ picks: [], grown: new Map() })
    expect(made.ask('480p', 1000).picks).toEqual(['480p', '480p'])
  })
})
