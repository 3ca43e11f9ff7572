// A month's estimate: options, tiers, plans, rivals and the report.
import { describe, expect, it } from 'vitest'
import { rational } from '#domain/rational.ts'
import {
  edgeBytes,
  edgeRequests,
  gigabytesOf,
  planFor,
  segmentsAnHour,
  viewHoursOf,
} from '../../../tools/cost/delivery-use.ts'
import { monthSections, sectionDollars, sourceHour } from '../../../tools/cost/estimate.ts'
import { planFilm } from '../../../tools/cost/film.ts'
import { readOptions, type Workload } from '../../../tools/cost/options.ts'
import { report } from '../../../tools/cost/report.ts'
import { mediaconvertAMinute, offerDollars, offers } from '../../../tools/cost/rivals.ts'

function workloadOf(...args: string[]): Workload {
  const asked = readOptions(args)
  if (!asked) throw new Error('help was asked for')
  return asked.workload
}
const usual = workloadOf()
const month = (workload: Workload) =>
  monthSections(workload).reduce((sum, section) => sum + sectionDollars(section), 0)

describe('readOptions', () => {
  it('takes 100 h and 50 TB when nothing is said', () => {
    expect(usual).toMatchObject({ uploadHours: 100, libraryHours: 100, lane: 'spot' })
    expect(usual.deliveredGigabytes).toBeCloseTo(50_000, 6)
    expect(usual.views * 10).toBeCloseTo(usual.viewHours * 60, 6)
  })

  it.each([
    [['--watched-hours', '1000'], 1000],
    [['--views', '6000', '--view-minutes', '10'], 1000],
  ])('reads %j as so many hours', (args, hours) => {
    expect(workloadOf(...args).viewHours).toBeCloseTo(hours, 6)
  })

  it('is the same whichever way delivery is given', () => {
    const { viewHours } = workloadOf('--delivered-tb', '7')
    expect(workloadOf('--watched-hours', String(viewHours)).deliveredGigabytes).toBeCloseTo(7000, 6)
  })

  it.each([
    [['--upload-hours', 'many'], 'give a number'],
    [['--hit-ratio', '2'], 'from 0 to 1'],
    [['--busy', '0'], 'from 0.01'],
    [['--delivered-tb', '1', '--views', '2'], 'Give one of'],
    [['--uploads', '3'], 'uploads'],
  ])('refuses %j', (args, words) => {
    expect(() => readOptions(args)).toThrow(words)
  })

  it('is null when help is asked for', () => {
    expect(readOptions(['--help'])).toBeNull()
  })
})

describe('delivery', () => {
  it.each([
    [0, 0],
    [1000, 85],
    [10_000, 850],
    [50_000, 850 + 3200],
    [150_000, 850 + 3200 + 6000],
  ])('of %i GB costs $%i by tiers', (gigabytes, dollars) => {
    expect(edgeBytes(gigabytes).dollars).toBeCloseTo(dollars, 6)
  })

  it('asks for a segment of picture and one of sound each two seconds', () => {
    expect(segmentsAnHour(planFilm(usual.film))).toBeCloseTo(3600, -1)
  })

  it('converts hours into bytes and back', () => {
    const plan = planFilm(usual.film)
    expect(viewHoursOf(gigabytesOf(123, plan), plan)).toBeCloseTo(123, 9)
  })

  it.each([
    [50, 1e6, 'Free'],
    [50_000, 10e6, 'Pro'],
    [50_000, 10e6 + 1, 'Business'],
    [50_000, 130e6, 'Premium'],
    [50_001, 1, undefined],
  ])('of %i GB in %i requests is held by the plan %s', (gigabytes, requests, name) => {
    expect(planFor(gigabytes, requests)?.name).toBe(name)
  })
})

describe('the month', () => {
  it('grows with uploads and with viewers, each by itself', () => {
    const base = month(workloadOf('--upload-hours', '0', '--delivered-tb', '0'))
    const uploads = month(workloadOf('--upload-hours', '10', '--delivered-tb', '0'))
    const views = month(workloadOf('--upload-hours', '0', '--delivered-tb', '1'))
    const both = month(workloadOf('--upload-hours', '10', '--delivered-tb', '1'))
    expect(uploads).toBeGreaterThan(base)
    expect(views).toBeGreaterThan(base)
    expect(both - base).toBeCloseTo(uploads - base + (views - base), 6)
  })

  it('of nothing costs what is paid every month', () => {
    expect(month(workloadOf('--upload-hours', '0', '--delivered-tb', '0'))).toBeLessThan(15)
  })

  it('gives a source hour its part', () => {
    const hour = sourceHour(usual)
    const encoding = monthSections(usual).find(({ title }) => title === 'Encoding')
    expect(encoding && sectionDollars(encoding)).toBeCloseTo(100 * hour.compute.spot, 6)
    expect(hour.compute.spot).toBeLessThan(0.1)
    expect(hour.computeBusy.spot).toBeLessThan(hour.compute.spot)
  })
})

describe('rivals', () => {
  it.each([
    [[240, 360, 480, 720, 1080], 24, 3 * 0.0075 + 2 * 0.015],
    [[240, 360, 480, 720, 1080], 60, 2 * (3 * 0.0075 + 2 * 0.015)],
    [[1080, 1440, 2160], 30, 0.015 + 2 * 0.03],
  ])('MediaConvert makes a minute of %j at %i for $%d', (heights, rate, dollars) => {
    expect(mediaconvertAMinute(heights, rate)).toBeCloseTo(dollars, 9)
  })

  it('are priced as they publish it', () => {
    const workload = { ...usual, viewHours: 10_000, libraryHours: 100, uploadHours: 100 }
    const byName = new Map(offers(workload).map(offer => [offer.name, offer]))
    const minutes = 600_000
    expect(byName.get('Cloudflare Stream')).toMatchObject({ keeping: 30, delivery: minutes / 1000 })
    const mux = byName.get('Mux, basic quality')
    expect(mux?.delivery).toBeCloseTo((minutes - 100_000) * 0.0008, 6)
    expect(mux?.keeping).toBeCloseTo(14.4, 6)
    expect(byName.get('Bunny, premium encoding')?.encoding).toBeCloseTo(300, 6)
    expect(byName.get('MediaConvert, then the same')?.encoding).toBeCloseTo(315, 6)
  })

  it('do not count what a plan cannot hold', () => {
    const much = workloadOf('--delivered-tb', '60')
    const flat = offers(much).find(({ name }) => name.includes('plan'))
    expect(flat && offerDollars(flat)).toBeNaN()
    expect(flat?.note).toMatch(/no plan/)
  })

  it('compare with the edge’s requests, the API’s among them', () => {
    const plan = planFilm(usual.film)
    const delivery = { gigabytes: 1, viewHours: 10, views: 5, hitRatio: 1 }
    expect(edgeRequests(delivery, plan)).toBeCloseTo(10 * segmentsAnHour(plan) + 5 * (6 + 4 + 2), 6)
  })
})

describe('report', () => {
  it('tells the assumptions, the hour, the month and the others, and explains when asked', () => {
    const text = report(usual, false)
    for (const part of ['as of 20', 'a source hour', 'the month', 'Cloudflare Stream']) {
      expect(text).toContain(part)
    }
    expect(text).not.toContain(' = 600 films × ')
    expect(report(usual, true)).toContain(' = 600 films × ')
  })

  it('holds for a tiny film in a tiny rate', () => {
    const small = { ...usual, film: { ...usual.film, height: 144, width: 256, rate: rational(10) } }
    expect(report(small, true)).not.toContain('NaN')
  })
})
