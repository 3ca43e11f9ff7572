// The parts of a copied rung: each of its chunks once, as tasks beside those of the other rungs.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyParts } from '#domain/copy-parts.ts'
import * as tasks from '#domain/task.ts'
import { planOf, plans, withCopiedRung } from './generators.ts'

describe('what a plan with a copied rung owes', () => {
  it('is each chunk of it in one part of a copy task, and every other rung as ever', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 100_000, max: 40_000_000 }), (made, peak) => {
        const plan = withCopiedRung(made, peak)
        const { copyLane, rungs, chunks } = plan.video
        const owed = tasks.owedTasks(plan)
        const copied = copyLane?.copied ? copyLane.track : null
        const parts = copyParts(plan)
        expect(owed.filter(({ kind }) => kind === 'copy')).toHaveLength(parts.length)
        const pieces = owed.flatMap(task => {
          if (task.kind === 'copy') {
            return (parts[task.part] ?? []).map(({ index }) => `${copied} ${index}`)
          }
          if (task.kind !== 'encode') return []
          return tasks.encodeTracks(plan, task).map(track => `${track} ${task.chunk}`)
        })
        const wanted = chunks.flatMap(({ index }) => rungs.map(({ track }) => `${track} ${index}`))
        expect(pieces.sort()).toEqual(wanted.sort())
        expect(owed[0]).toMatchObject({ kind: 'encode', chunk: 0, lane: 'lead' })
      }),
      { numRuns: 50 },
    )
  })

  it('is a part of twenty seconds, then some of about 128 MB', () => {
    const hour = withCopiedRung(planOf({ frames: 25 * 3600, sounds: [48_000] }), 6_000_000)
    const parts = copyParts(hour)
    const seconds = parts.map(part => part.reduce((sum, { frames }) => sum + frames, 0) / 25)
    expect(seconds[0]).toBe(32)
    expect(seconds).toHaveLength(25)
    expect(Math.max(...seconds) * 6e6).toBeLessThanOrEqual(128 * 1024 * 1024 * 8)
    const ids = tasks.owedTasks(hour).map(tasks.taskId)
    expect(ids.slice(0, 4)).toEqual(['lead-0', 'copy-0', 'audio0-0', 'lead-1'])
    expect(ids.indexOf('copy-24')).toBeLessThan(ids.indexOf('pictures'))
  })

  it('keeps the fast queue for an hour of it, and goes on before the ladder', () => {
    const long = withCopiedRung(planOf({ frames: 25 * 4 * 3600 }), 6_000_000)
    const owed = tasks.owedTasks(long)
    const fast = owed.filter(task => task.kind === 'copy' && tasks.queueOf(task) === 'fast')
    expect(fast).toHaveLength(25)
    expect(copyParts(long).length).toBeGreaterThan(80)
    const ids = owed.map(tasks.taskId)
    expect(ids.indexOf('copy-25')).toBeGreaterThan(ids.indexOf('pictures'))
    const [first] = copyParts(long)[25] ?? []
    expect(ids.indexOf('copy-25')).toBeLessThan(ids.indexOf(`encode-${first?.index}`))
  })

  it('is never more chunks than one commit may record', () => {
    const slides = withCopiedRung(planOf({ frames: 25 * 4 * 3600 }), 100_000)
    const parts = copyParts(slides)
    // DynamoDB: 100 items a transaction, two of them the task and the counter.
    expect(Math.max(...parts.map(part => part.length))).toBeLessThanOrEqual(98)
    expect(parts.flat()).toEqual(slides.video.chunks)
  })
})
