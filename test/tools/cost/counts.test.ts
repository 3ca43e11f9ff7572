// Requests counted from the design, against counts made by hand.
import { describe, expect, it } from 'vitest'
import { rational } from '#domain/rational.ts'
import { type Film, planFilm } from '../../../tools/cost/film.ts'
import { floorUses } from '../../../tools/cost/floor-use.ts'
import { followUses, queueUses, uploadCallUses } from '../../../tools/cost/request-use.ts'
import {
  readRequests,
  storeCounts,
  storeRequestUses,
  writeRequests,
} from '../../../tools/cost/store-use.ts'
import { recordKilobytes, tableSteps, tableUses } from '../../../tools/cost/table-use.ts'
import type { Use } from '../../../tools/cost/use.ts'

const film: Film = {
  ...{ seconds: 60, width: 1920, height: 1080, rate: rational(24), bitsPerSecond: 8e6 },
}
const plan = planFilm(film)
const of = (uses: readonly Use[], price: Use['price']) =>
  uses.filter(use => use.price === price).reduce((sum, { quantity }) => sum + quantity, 0)

describe('the store', () => {
  it.each([
    [1, 1],
    [1024 * 1024, 1],
    [1024 * 1024 + 1, 2],
    // Runs of 4, 4, 4, 6, 9 and 13 blocks of 256 KiB.
    [40 * 256 * 1024, 6],
  ])('reads %i bytes on end in %i requests', (bytes, requests) => {
    expect(readRequests(bytes)).toBe(requests)
  })

  it.each([
    [1, 1],
    [32 * 1024 * 1024, 1],
    [33 * 1024 * 1024, 4],
  ])('writes %i bytes in %i requests', (bytes, requests) => {
    expect(writeRequests(bytes)).toBe(requests)
  })

  it('counts an object a rung and chunk, and a span of sound', () => {
    const counts = storeCounts(film, plan)
    // Seven chunks: the lowest rung by leads, four by the ladder; two spans.
    expect(counts.chunkObjects).toBe(7 + 7 * 4 + 2)
    // main, 5 rungs, 5 I-frame lists, a sound list, poster, storyboard and six sheets.
    expect(counts.otherObjects).toBe(1 + 5 + 5 + 1 + 2 + 6)
    // 60 MB in parts of 8 MiB: 8, with create, list and complete.
    expect(counts.uploadWrites).toBe(8 + 3)
  })

  it('adds them up', () => {
    const writes = of(storeRequestUses(film, plan), 'storeWrites')
    expect(writes).toBe(11 + 1 + 37 + 20 + 1 + 1)
  })
})

describe('the table', () => {
  it('holds what a chunk of 15 segments takes in 2 KB, a span of 150 in more', () => {
    expect(recordKilobytes(plan, '1080p', 15)).toBe(2)
    expect(recordKilobytes(plan, 'audio0', 150)).toBeGreaterThan(6)
  })

  it('is written by the task: leads, ladder, sound, pictures, inspect, finish, MP4', () => {
    const steps = tableSteps(plan)
    const timesOf = (what: string) => steps.find(step => step.what === what)?.times
    expect(timesOf('create a task')).toBe(7 + 7 + 2 + 1 + 3)
    expect(timesOf('claim it')).toBe(20)
    // A report for each second of an encode.
    expect(timesOf('report its progress')).toBeGreaterThan(80)
    expect(timesOf('report its progress')).toBeLessThan(110)
  })

  it('is counted line by line', () => {
    const uses = tableUses([
      { what: 'a', times: 2, writes: 3, reads: 0 },
      { what: 'b', times: 5, writes: 1, reads: 2 },
    ])
    expect(uses).toEqual([
      { price: 'tableWrites', quantity: 11, why: 'a 2 × 3 + b 5 × 1' },
      { price: 'tableReads', quantity: 10, why: 'b 5 × 2' },
    ])
  })
})

describe('queues and calls', () => {
  it('sends in batches of ten, receives and removes one by one', () => {
    const tasks = 7 + 7 + 2 + 1
    // 10 fast tasks and 7 bulk ones in a batch each; inspect, finish and the MP4.
    const sent = 1 + 1 + 3
    const requests = of(queueUses(plan), 'queueRequests')
    expect(requests).toBeGreaterThanOrEqual(sent + 2 * (tasks + 3))
    expect(requests).toBeLessThan(sent + 2 * (tasks + 3) + 12)
  })

  it('signs a hundred parts a call', () => {
    expect(of(uploadCallUses(film), 'httpApi')).toBe(4)
    // 3,600 MB: 430 parts.
    expect(of(uploadCallUses({ ...film, seconds: 3600 }), 'httpApi')).toBe(3 + 5)
  })

  it('holds a stream and two playlists until ready', () => {
    expect(of(followUses(100), 'lambdaCompute')).toBe(100 * 3 * 0.5)
    expect(of(followUses(100), 'tableReads')).toBe((20 * 4 + 80) * 2 + 100 * 2 * 10)
  })
})

describe('a month of nothing', () => {
  it('is the reaper’s runs, the fast lane’s polls and what is paid by the month', () => {
    expect(of(floorUses(), 'lambdaRequests')).toBe(730 * 60)
    expect(of(floorUses(), 'queueRequests')).toBe(730 * 180 * 5)
  })
})
