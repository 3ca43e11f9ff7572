// A track passes as planned and with no fault seeded into its records: the check says which.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Chunk } from '#domain/item.ts'
import { chunkKey } from '#domain/keys.ts'
import { type Plan, samplesPerPacket, segmentFrames } from '#domain/plan.ts'
import { checkTrack } from '../../transcoder/check-whole.ts'
import { plans } from '../domain/generators.ts'
import { smallPlan } from '../support/small-plan.ts'

/** Records as workers write them, every number the plan's. */
function recordsOf(plan: Plan, track: string): Chunk[] {
  const { rate, gopFrames } = plan.video.timeline
  const audio = plan.audio.find(planned => planned.track === track)
  const sampleTicks = audio ? samplesPerPacket : rate.den
  const segment = audio?.segmentPackets ?? gopFrames
  const counts = audio ? audio.spans.map(s => s.packets) : plan.video.chunks.map(c => c.frames)
  let nextTicks = 0
  return counts.map((samples, index) => {
    const startTicks = nextTicks
    nextTicks += samples * sampleTicks
    return {
      ...{ track, index, startTicks, samples },
      key: chunkKey(plan.videoId, plan.attempt, track, index, 'n1'),
      initBytes: 800,
      initHash: 'a'.repeat(64),
      codec: audio ? 'mp4a.40.2' : 'avc1.640015',
      timescale: audio ? audio.sampleRate : rate.num,
      fragments: segmentFrames(samples, segment).map(count => ({
        ...{ ticks: count * sampleTicks, bytes: 1000, keyframeBytes: 90 },
      })),
      createdAt: 1_800_000_000,
    }
  })
}

const plan = smallPlan()
const tracksOf = ({ video, audio }: Plan) => [...video.rungs, ...audio].map(({ track }) => track)

function finding(chunks: readonly Chunk[], track = '240p', of = plan): string | undefined {
  try {
    checkTrack(of, track, chunks)
    return undefined
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'check-failed' })
    const { detail = '' } = thrown as { detail?: string }
    expect(detail.startsWith(`${track}: `)).toBe(true)
    return detail.slice(track.length + 2)
  }
}

it('every track passes as planned', () => {
  fc.assert(
    fc.property(plans, of => {
      for (const track of tracksOf(of))
        expect(finding(recordsOf(of, track), track, of)).toBeUndefined()
    }),
    { numRuns: 30 },
  )
})

describe('a rung of five chunks', () => {
  const change = (at: number, by: (chunk: Chunk) => Partial<Chunk>) => (all: Chunk[]) =>
    all.map((chunk, index) => (index === at ? { ...chunk, ...by(chunk) } : chunk))
  /** Makes the first fragment of a chunk longer. */
  const longer = (ticks: number) => (chunk: Chunk) => {
    const [first, ...others] = chunk.fragments
    return { fragments: first ? [{ ...first, ticks: first.ticks + ticks }, ...others] : [] }
  }
  const shiftFrom = (at: number, ticks: number) => (all: Chunk[]) =>
    all.map(chunk =>
      chunk.index < at ? chunk : { ...chunk, startTicks: chunk.startTicks + ticks },
    )
  const swap = (all: Chunk[]) => {
    const [a, b, c, ...others] = all
    return a && b && c ? [a, c, b, ...others] : all
  }

  it.each<[string, (all: Chunk[]) => Chunk[], string]>([
    ['no record', () => [], 'has no chunks'],
    ['its last chunk missing', all => all.slice(0, -1), 'has 4 chunks of 5'],
    ['its first chunk missing', all => all.slice(1), 'has 4 chunks of 5'],
    ['a chunk twice', all => [...all.slice(0, 2), ...all.slice(1)], 'has 6 chunks of 5'],
    [
      'a chunk twice in place of another',
      all => [...all.slice(0, 3), ...all.slice(2, 3), ...all.slice(4)],
      'chunk 2 stands at 3',
    ],
    ['two chunks in the wrong order', swap, 'chunk 2 stands at 1'],
    [
      'another clock',
      change(2, ({ timescale }) => ({ timescale: timescale * 2 })),
      'chunk 2 has another timescale',
    ],
    [
      'another init section',
      change(4, () => ({ initHash: 'b'.repeat(64) })),
      'chunk 4 has another init section',
    ],
    ['another codec', change(1, () => ({ codec: 'avc1.640016' })), 'chunk 1 has another codec'],
    [
      'a frame too few',
      change(3, ({ samples }) => ({ samples: samples - 1 })),
      'chunk 3 has 191 samples, planned 192',
    ],
    [
      'a frame too many',
      change(4, ({ samples }) => ({ samples: samples + 1 })),
      'chunk 4 has 297 samples, planned 296',
    ],
    ['a gap', shiftFrom(3, 1), 'chunk 3 begins at 193, the one before ends at 192'],
    ['an overlap', shiftFrom(2, -1), 'chunk 2 begins at 95, the one before ends at 96'],
    ['a frame that lasts too long', change(4, longer(2)), 'chunk 4 lasts 298 ticks, planned 296'],
    ['a frame that is cut short', change(0, longer(-2)), 'chunk 0 lasts 46 ticks, planned 48'],
    [
      'a segment missing',
      change(3, ({ fragments }) => ({ fragments: fragments.slice(1) })),
      'chunk 3 lasts 144 ticks, planned 192',
    ],
    ['a late begin', shiftFrom(0, 5), 'begins at 5'],
  ])('is refused with %s', (_, seed, says) => {
    expect(finding(seed(recordsOf(plan, '240p')))).toBe(says)
  })

  it('may round a chunk to a whole tick', () => {
    const rounded = shiftFrom(4, 1)(change(3, longer(1))(recordsOf(plan, '240p')))
    expect(finding(rounded)).toBeUndefined()
  })
})

describe('a sound track of two spans', () => {
  const records = () => recordsOf(plan, 'audio0')

  it('is refused with a packet too few', () => {
    const short = records().map(chunk => ({ ...chunk, samples: chunk.samples - 1 }))
    expect(finding(short, 'audio0')).toBe('chunk 0 has 469 samples, planned 470')
  })

  it('is refused with a gap between its spans', () => {
    const gap = records().map(chunk =>
      chunk.index === 1 ? { ...chunk, startTicks: chunk.startTicks + 1024 } : chunk,
    )
    expect(finding(gap, 'audio0')).toBe(
      `chunk 1 begins at ${471 * 1024}, the one before ends at ${470 * 1024}`,
    )
  })
})

it('a track that is not planned is refused', () => {
  expect(finding(recordsOf(plan, '240p'), '720p')).toBe('is not planned')
  expect(finding(recordsOf(plan, 'audio0'), 'audio1')).toBe('is not planned')
})

it('no single record may be missing, double or out of place in any plan', () => {
  fc.assert(
    fc.property(plans, fc.nat(), fc.nat(), (of, pick, from) => {
      const tracks = tracksOf(of)
      const track = tracks[pick % tracks.length] ?? ''
      const all = recordsOf(of, track)
      const at = from % all.length
      const one = all.slice(at, at + 1)
      expect(finding(all.toSpliced(at, 1), track, of)).toBeDefined()
      expect(finding(all.toSpliced(at, 0, ...one), track, of)).toBeDefined()
      if (all.length > 1) {
        const elsewhere = (at + 1) % all.length
        const moved = all.toSpliced(at, 1).toSpliced(elsewhere, 0, ...one)
        if (moved.some((chunk, index) => chunk.index !== index))
          expect(finding(moved, track, of)).toBeDefined()
      }
    }),
    { numRuns: 30 },
  )
})
