// The plan as an object: planned plans come back as they were, anything of another form is refused.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { readPlan, writePlan } from '#domain/plan-object.ts'
import { planOf, plans } from './generators.ts'

function refusal(body: string): string {
  try {
    return `read ${JSON.stringify(readPlan(body)).slice(0, 80)}`
  } catch (thrown) {
    return thrown instanceof MillraceError ? thrown.code : `threw ${String(thrown)}`
  }
}

/** Every place in a JSON value, as a path. */
function placesIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))]
}

function without(value: unknown, path: readonly (string | number)[]): unknown {
  const copy = structuredClone(value)
  let holder = copy as Record<string, unknown>
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>
  delete holder[path.at(-1) ?? '']
  return copy
}

describe('a plan', () => {
  it('round-trips, and the same plan is the same text', () => {
    fc.assert(
      fc.property(plans, plan => {
        const body = writePlan(plan)
        expect(readPlan(body)).toEqual(plan)
        expect(writePlan(readPlan(body))).toBe(body)
      }),
      { numRuns: 50 },
    )
  })

  it('may begin before the source’s clock does, and hold filters', () => {
    const plan = planOf({ frames: 100, sounds: [48_000] })
    plan.video.timeline.zero = { num: -1001, den: 24_000 }
    plan.video.chunks[0] = {
      index: 0,
      firstFrame: 0,
      frames: 100,
      seekMicroseconds: -41_708,
      clockOffset: -3003,
    }
    plan.video.filters = ['yadif', 'zscale=t=linear']
    expect(readPlan(writePlan(plan))).toEqual(plan)
  })

  it('without any one of its facts is refused', () => {
    const whole: unknown = JSON.parse(writePlan(planOf({ frames: 200, sounds: [48_000] })))
    const inLists = /^\d+$/
    const places = placesIn(whole).filter(
      path => path.length > 0 && path[0] !== 'engine' && !inLists.test(String(path.at(-1))),
    )
    expect(places.length).toBeGreaterThan(50)
    for (const path of places) {
      const body = JSON.stringify(without(whole, path))
      expect([path.join('.'), refusal(body)]).toEqual([path.join('.'), 'record-unreadable'])
    }
  })

  it('that names no engine was made for our own workers: there was no other', () => {
    const plan = planOf({ frames: 100 })
    const { engine, ...old } = plan
    expect(readPlan(JSON.stringify(old))).toEqual(plan)
    expect(engine).toBe('ffmpeg')
    const other = { ...plan, engine: 'mediaconvert' as const }
    expect(readPlan(writePlan(other))).toEqual(other)
    expect(refusal(JSON.stringify({ ...plan, engine: 'gstreamer' }))).toBe('record-unreadable')
  })

  it.each(['', 'plan', '{', 'null', '[]', '{}', '42', '"plan"'])('is not %j', body => {
    expect(refusal(body)).toBe('record-unreadable')
  })

  it.each([
    ['a foreign id', { videoId: '../../etc' }],
    ['an attempt as text', { attempt: '1' }],
    ['half an attempt', { attempt: 1.5 }],
    ['no duration', { durationSeconds: null }],
    ['sound that is no list', { audio: {} }],
  ])('with %s is refused, and never written', (_, fault) => {
    const plan = { ...planOf({ frames: 50 }), ...fault }
    expect(refusal(JSON.stringify(plan))).toBe('record-unreadable')
    expect(() => writePlan(plan as never)).toThrow()
  })

  it('of a container this house does not seek in is refused', () => {
    const plan = planOf({ frames: 50 })
    const body = JSON.stringify({ ...plan, source: { ...plan.source, demuxer: 'hls' } })
    expect(refusal(body)).toBe('record-unreadable')
  })
})
