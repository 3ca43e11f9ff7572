// Slots: as many as a track has segments, in order, where each begins; a rung borrows only from those below it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { segmentFrames, segmentPacketsOf } from '#domain/plan.ts'
import { trackShape } from '#domain/slots.ts'
import { planOf, plans } from './generators.ts'

/** Where each segment of a track begins, from the lengths of its pieces alone. */
function startsOf(pieces: readonly (readonly number[])[], unitsPerSecond: number) {
  let units = 0
  return pieces.flatMap((lengths, chunk) =>
    lengths.map((length, fragment) => {
      const startSeconds = units / unitsPerSecond
      units += length
      return { chunk, fragment, startSeconds: expect.closeTo(startSeconds, 6) as number }
    }),
  )
}

describe('the shape of a track', () => {
  it('has a slot for each planned segment, where the ones before it end', () => {
    fc.assert(
      fc.property(plans, ({ video, audio, ...rest }) => {
        const plan = { ...rest, video, audio }
        const { gopFrames, rate } = video.timeline
        const cut = video.chunks.map(chunk => segmentFrames(chunk.frames, gopFrames))
        for (const { track } of video.rungs) {
          const shape = trackShape(plan, track)
          expect(shape?.slots).toEqual(startsOf(cut, rate.num / rate.den))
          expect(shape?.chunks).toBe(video.chunks.length)
        }
        for (const sound of audio) {
          const spans = sound.spans.map(span => segmentPacketsOf(span, sound.segmentPackets))
          const shape = trackShape(plan, sound.track)
          expect(shape?.slots).toEqual(startsOf(spans, sound.sampleRate / 1024))
          expect(shape).toMatchObject({ chunks: spans.length, tracks: [sound.track] })
        }
      }),
      { numRuns: 20 },
    )
  })

  it('lets a rung borrow from the best below it, the lowest and sound from nobody', () => {
    const plan = planOf({ frames: 100, height: 480, width: 854, sounds: [48_000] })
    const borrowing = (track: string) => trackShape(plan, track)?.tracks
    expect(borrowing('480p')).toEqual(['480p', '360p', '240p'])
    expect(borrowing('360p')).toEqual(['360p', '240p'])
    expect(borrowing('240p')).toEqual(['240p'])
    expect(borrowing('audio0')).toEqual(['audio0'])
  })

  it('is nothing for a track that is not planned', () => {
    const plan = planOf({ frames: 100, sounds: [48_000] })
    expect(['2160p', 'audio1', 'main', ''].map(track => trackShape(plan, track))).toEqual([
      null,
      null,
      null,
      null,
    ])
  })
})
