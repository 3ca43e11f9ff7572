// CPU seconds, bytes and compute of a typical film, against figures worked out by hand.
import { describe, expect, it } from 'vitest'
import { rational } from '#domain/rational.ts'
import { ladderBytes, mp4Bytes, watchedBitsPerSecond } from '../../../tools/cost/bytes.ts'
import {
  encodingUses,
  fastLaneOnlyUses,
  splitWork,
  transcoderUses,
} from '../../../tools/cost/compute.ts'
import { type Film, planFilm } from '../../../tools/cost/film.ts'
import { totalDollars } from '../../../tools/cost/use.ts'
import { cpuSecondsAFilmSecond, sumCpu, taskCosts } from '../../../tools/cost/work.ts'

const film = (seconds: number, height = 1080, rate = 24): Film => ({
  ...{ seconds, height, width: (height * 16) / 9, rate: rational(rate), bitsPerSecond: 8e6 },
})

describe('planFilm', () => {
  it('plans as the domain does', () => {
    const plan = planFilm(film(60))
    expect(plan.video.rungs.map(({ height }) => height)).toEqual([240, 360, 480, 720, 1080])
    expect(plan.video.chunks.map(({ frames }) => frames / 24)).toEqual([2, 2, 4, 8, 16, 20, 8])
    expect(plan.audio[0]?.spans.length).toBe(2)
    expect(plan.source.sizeBytes).toBe(60e6)
  })
})

describe('CPU seconds', () => {
  it.each([
    ['what was measured', film(60), (106 * 1.02) / 60],
    ['as much a second of an hour', film(3600), (106 * 1.02) / 60],
    ['twice as much at twice the rate', film(60, 1080, 48), (2 * 106 * 1.02) / 60],
    ['by the cost of the rungs', film(60, 2160), ((106 * 1.02) / 60) * (7.74 / 1.94)],
  ])('are %s', (_, of, seconds) => {
    expect(cpuSecondsAFilmSecond(planFilm(of))).toBeCloseTo(seconds, 6)
  })

  it('are divided among the tasks without a rest, the MP4 on top', () => {
    const plan = planFilm(film(600))
    const costs = taskCosts(plan)
    const mp4 = costs.filter(({ task }) => task.kind === 'mp4')
    const others = costs.filter(({ task }) => task.kind !== 'mp4')
    expect(sumCpu(others)).toBeCloseTo(cpuSecondsAFilmSecond(plan) * 600, 6)
    expect(sumCpu(mp4)).toBeCloseTo((mp4Bytes(plan) / 1e9) * 3.2, 9)
    expect(costs.every(({ cpuSeconds }) => cpuSeconds > 0)).toBe(true)
  })

  it('fall on the fast queue for the first minute and the sound, not for the length of a film', () => {
    const short = splitWork(planFilm(film(600)))
    const long = splitWork(planFilm(film(3600)))
    expect(short.fastCpuSeconds).toBeGreaterThan(15)
    expect(long.fastCpuSeconds).toBeLessThan(2 * short.fastCpuSeconds)
    expect(long.bulkCpuSeconds).toBeGreaterThan(5 * short.bulkCpuSeconds)
  })
})

describe('bytes', () => {
  it('are the caps times what was measured of them', () => {
    const plan = planFilm(film(3600))
    const bits = 0.82 * (0.3 + 0.7 + 1.2 + 2.8 + 5) * 1e6 + 128_000
    expect(ladderBytes(plan)).toBeCloseTo((bits * 3600) / 8, -1)
    expect(mp4Bytes(plan)).toBeCloseTo(((0.82 * 5e6 + 128_000) * 3600) / 8, -1)
    const watched = 0.82 * (0.05 * 0.7 + 0.15 * 1.2 + 0.3 * 2.8 + 0.5 * 5) * 1e6 + 128_000
    expect(watchedBitsPerSecond(plan)).toBeCloseTo(watched, 3)
  })

  it('of a small film are those of its highest rung', () => {
    expect(watchedBitsPerSecond(planFilm(film(60, 240)))).toBeCloseTo(0.82 * 0.3e6 + 128_000, 3)
  })
})

describe('compute', () => {
  it('is time of whole transcoders: 4 vCPU, 8 GB, 20 GB of scratch, an address', () => {
    const quantities = transcoderUses(4 * 3600, 'spot', 0.5).map(({ quantity }) => quantity)
    expect(quantities).toEqual([8, 16, 40, 2])
  })

  it('keeps to the goal of $0.10 a source hour on Spot, and says that on demand does not at little use', () => {
    const plan = planFilm(film(3600))
    expect(totalDollars(encodingUses(plan, 'spot', 1))).toBeLessThan(0.04)
    expect(totalDollars(encodingUses(plan, 'spot', 0.34))).toBeLessThan(0.1)
    expect(totalDollars(encodingUses(plan, 'onDemand', 0.34))).toBeGreaterThan(0.1)
    expect(totalDollars(fastLaneOnlyUses(plan))).toBeGreaterThan(
      totalDollars(encodingUses(plan, 'onDemand', 1)),
    )
  })
})
