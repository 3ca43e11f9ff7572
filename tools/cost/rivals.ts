// The same month at others' list prices, beside Millrace with CloudFront by use and by plan. Pure.
import { ladderBytes } from './bytes.ts'
import { type Delivery, edgeRequests, planFor } from './delivery-use.ts'
import { monthSections, sectionDollars } from './estimate.ts'
import { planFilm } from './film.ts'
import type { Workload } from './options.ts'
import { muxFreeMinutes, type PriceName } from './prices.ts'
import { dollarsOf } from './use.ts'

export interface Offer {
  name: string
  encoding: number
  keeping: number
  delivery: number
  /** Whatever is paid besides: requests, alarms. */
  other: number
  /** Null, or why it does not hold the whole month. */
  note: string | null
}

export const offerDollars = ({ encoding, keeping, delivery, other }: Offer): number =>
  encoding + keeping + delivery + other

const cost = (price: PriceName, quantity: number) => dollarsOf({ price, quantity })

/** MediaConvert, basic tier: what each minute of the ladder costs. Under 720 is SD, over 1080 is 4K. */
export function mediaconvertAMinute(heights: readonly number[], framesPerSecond: number): number {
  // «Over 30 and up to 60 frames a second» is twice as much.
  const factor = framesPerSecond > 30 ? 2 : 1
  const prices = heights.map((height): PriceName => {
    if (height < 720) return 'mediaconvertSd'
    return height <= 1080 ? 'mediaconvertHd' : 'mediaconvertUhd'
  })
  return factor * prices.reduce((sum, price) => sum + cost(price, 1), 0)
}

export function offers(workload: Workload): Offer[] {
  const { film, uploadHours, libraryHours, viewHours, deliveredGigabytes } = workload
  const plan = planFilm(film)
  const sections = new Map(
    monthSections(workload).map(section => [section.title, sectionDollars(section)]),
  )
  const section = (title: string) => sections.get(title) ?? 0
  const byUse: Offer = {
    name: 'Millrace, CloudFront by use',
    encoding: section('Encoding'),
    keeping: section('Keeping'),
    delivery: section('Delivery'),
    other: section('Requests of uploads') + section('Behind the edge') + section('Every month'),
    note: null,
  }
  const delivery: Delivery = { ...workload, gigabytes: deliveredGigabytes }
  const flat = planFor(deliveredGigabytes, edgeRequests(delivery, plan))
  const heights = plan.video.rungs.map(({ height }) => height)
  const rate = plan.video.timeline.rate.num / plan.video.timeline.rate.den
  const uploadMinutes = uploadHours * 60
  const libraryMinutes = libraryHours * 60
  const viewMinutes = viewHours * 60
  const ladderGigabytes = ((libraryHours * 3600) / film.seconds) * (ladderBytes(plan) / 1e9)
  const bunny = {
    keeping: cost('bunnyStored', ladderGigabytes),
    delivery: cost('bunnyDelivered', deliveredGigabytes),
    other: 0,
    note: null,
  }
  return [
    byUse,
    {
      ...byUse,
      name: `Millrace, CloudFront plan ${flat?.name ?? '(none)'}`,
      delivery: flat?.dollars ?? Number.NaN,
      note: flat ? null : 'no plan holds so many bytes and requests',
    },
    {
      ...byUse,
      name: 'MediaConvert, then the same',
      encoding: uploadMinutes * mediaconvertAMinute(heights, rate),
      note: 'sound not counted',
    },
    {
      name: 'Mux, basic quality',
      encoding: 0,
      keeping: cost('muxStored', libraryMinutes),
      delivery: cost('muxDelivered', Math.max(0, viewMinutes - muxFreeMinutes)),
      other: 0,
      note: 'a smaller ladder; encoding is paid from the next quality on',
    },
    {
      name: 'Cloudflare Stream',
      encoding: 0,
      keeping: cost('cloudflareStored', libraryMinutes),
      delivery: cost('cloudflareDelivered', viewMinutes),
      other: 0,
      note: null,
    },
    { ...bunny, name: 'Bunny, free encoding', encoding: 0, note: 'waits in a queue' },
    { ...bunny, name: 'Bunny, premium encoding', encoding: cost('bunnyPremium', uploadMinutes) },
  ]
}
