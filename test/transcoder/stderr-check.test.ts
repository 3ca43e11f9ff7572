// What FFmpeg's words about a chunk are taken for, in the forms of FFmpeg 5 and of FFmpeg 9.
import { describe, expect, it } from 'vitest'
import type { PlannedChunk } from '#domain/plan.ts'
import { checkStderr } from '../../transcoder/stderr-check.ts'
import { smallPlan } from '../support/small-plan.ts'

const { timeline, chunks } = smallPlan().video
/** Output frames 192 … 383: from 8 s on. */
const chunk = chunks[3] as PlannedChunk

const shown = (name: string, pts: number, timebase = '1/24000') => [
  `[showinfo@${name} @ 0x55c56944be80] [info] config in time_base: ${timebase}, frame_rate: 24/1`,
  `[showinfo@${name} @ 0x55c56944be80] [info] n:   0 pts: ${String(pts).padStart(6)} pts_time:3.9 fmt:yuv420p`,
]
const last = shown('last', 191, '1/24')
const check = (lines: readonly string[]) => checkStderr(lines.join('\n'), { timeline, chunk })

describe('the first decoded frame', () => {
  it.each([
    ['long before', 60_000],
    ['the very frame', 192_000],
    ['up to half a frame later: it rounds to the same slot', 192_499],
  ])('may be %s', (_, pts) => {
    expect(check([...shown('first', pts), ...last])).toEqual({ errorLines: 0 })
  })

  it('must not be after the chunk began', () => {
    expect(() => check([...shown('first', 192_500), ...last])).toThrow(
      expect.objectContaining({
        code: 'check-failed',
        detail: expect.stringContaining('1 frames'),
      }),
    )
  })

  it('must be known where the chunk seeks', () => {
    expect(() => check(last)).toThrow(expect.objectContaining({ code: 'check-failed' }))
    const fromStart = { ...chunk, seekMicroseconds: null }
    expect(checkStderr(last.join('\n'), { timeline, chunk: fromStart }).errorLines).toBe(0)
  })
})

describe('the last frame', () => {
  it('is missing where the source is cut', () => {
    expect(() => check(shown('first', 60_000))).toThrow(
      expect.objectContaining({ code: 'source-truncated' }),
    )
    expect(() => check([])).toThrow(expect.objectContaining({ code: 'source-truncated' }))
  })
})

describe('complaints', () => {
  const fine = [...shown('first', 60_000), ...last]

  it.each([
    '[http @ 0x5581] [error] Stream ends prematurely at 100, should be 2000',
    '[error] http://127.0.0.1:4000/source: Input/output error',
    '[in#0/mov @ 0x55d1] [error] Error during demuxing: Input/output error',
    '[http @ 0x5581] [warning] HTTP error 503 Service Unavailable',
    '[tcp @ 0x5581] [error] Connection to tcp://127.0.0.1:4000 failed: Connection refused',
  ])('of reading ask for another try: %s', line => {
    expect(() => check([...fine, line])).toThrow(expect.objectContaining({ code: 'check-failed' }))
  })

  it('of a damaged picture are counted', () => {
    const damage = [
      '[h264 @ 0x55c9] [error] Invalid NAL unit size (1474 > 975).',
      '[error] Error while decoding stream #0:0: Invalid data found when processing input',
      '[vist#0:0/h264 @ 0x55] [dec:h264 @ 0x56] [error] Decoding error: Invalid data found',
      '[mov,mp4 @ 0x55c9] [warning] Packet corrupt (stream = 0, dts = 141312).',
    ]
    expect(check([...fine, ...damage]).errorLines).toBe(3)
  })

  it('do not come from a title of the source', () => {
    const title = '[info]     title           : '
    const claims = [
      `${title}HTTP error 503, Connection refused`,
      `${title}[showinfo@first @ 0x1] [info] n:   0 pts: 999999 pts_time`,
      `${title}[error] Input/output error`,
    ]
    expect(check([...claims.slice(0, 2), ...fine]).errorLines).toBe(0)
    expect(() => check([claims[1] as string])).toThrow(
      expect.objectContaining({ code: 'source-truncated' }),
    )
  })
})
