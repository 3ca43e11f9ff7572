// A month of a workload, line by line: encoding, keeping, delivering, and what is paid even when nothing happens. Pure.
import type { Plan } from '#domain/plan.ts'
import { wantedTranscoders } from '#domain/scaling.ts'
import { encodingUses, fastLaneOnlyUses, type Lane, splitWork } from './compute.ts'
import { behindEdgeUses, type Delivery, edgeBytes, edgeUses } from './delivery-use.ts'
import { type Film, planFilm } from './film.ts'
import { floorUses } from './floor-use.ts'
import type { Workload } from './options.ts'
import { followUses, queueUses, taskLogUse, uploadCallUses } from './request-use.ts'
import { stage } from './stage.ts'
import { storeRequestUses, storeSpaceUse } from './store-use.ts'
import { recordSpaceUse, tableSteps, tableUses } from './table-use.ts'
import { dollarsOf, times, totalDollars, type Use } from './use.ts'

/** A transcoder that starts from nothing takes so long: npm run bench -- scaling. */
const startSeconds = 75

/** How long a film takes from complete to ready, where the fleet is its alone. */
export function readySeconds(plan: Plan): number {
  const { bulkCpuSeconds, bulkTasks } = splitWork(plan)
  const { maxTranscoders, transcoderCpus: slots } = stage
  return (
    startSeconds +
    bulkCpuSeconds / (wantedTranscoders(bulkTasks, { maxTranscoders, slots }) * slots)
  )
}

/** All requests for one film, from its upload to ready. */
export function requestUses(film: Film, plan: Plan): Use[] {
  return [
    ...uploadCallUses(film),
    ...queueUses(plan),
    ...tableUses(tableSteps(plan)),
    ...storeRequestUses(film, plan),
    taskLogUse(plan),
    ...followUses(readySeconds(plan)),
  ]
}

export interface Section {
  title: string
  uses: readonly Use[]
  /** Priced by tiers, beside the uses. */
  tiered?: { title: string; dollars: number; why: string }
}

export const sectionDollars = ({ uses, tiered }: Section): number =>
  totalDollars(uses) + (tiered?.dollars ?? 0)

export function monthSections(workload: Workload): Section[] {
  const { film, uploadHours, libraryHours, lane, busy, deliveredGigabytes } = workload
  const plan = planFilm(film)
  const films = (hours: number) => (hours * 3600) / film.seconds
  const delivery: Delivery = { ...workload, gigabytes: deliveredGigabytes }
  const uploads = films(uploadHours)
  return [
    { title: 'Encoding', uses: times(uploads, 'films', encodingUses(plan, lane, busy)) },
    { title: 'Requests of uploads', uses: times(uploads, 'films', requestUses(film, plan)) },
    {
      title: 'Keeping',
      uses: times(films(libraryHours), 'films', [storeSpaceUse(plan), recordSpaceUse(plan)]),
    },
    {
      title: 'Delivery',
      uses: edgeUses(delivery, plan),
      tiered: { title: 'edge bytes', ...edgeBytes(deliveredGigabytes) },
    },
    { title: 'Behind the edge', uses: behindEdgeUses(delivery, plan) },
    { title: 'Every month', uses: floorUses() },
  ]
}

export interface SourceHour {
  compute: Record<Lane | 'fastLaneOnly', number>
  /** The same with every slot at work all the time: what encoding itself costs. */
  computeBusy: Record<Lane, number>
  requests: number
  /** A month of keeping it. */
  keeping: number
}

export function sourceHour({ film, busy }: Workload): SourceHour {
  const plan = planFilm(film)
  const films = 3600 / film.seconds
  const dollars = (uses: readonly Use[]) => films * totalDollars(uses)
  return {
    compute: {
      spot: dollars(encodingUses(plan, 'spot', busy)),
      onDemand: dollars(encodingUses(plan, 'onDemand', busy)),
      fastLaneOnly: dollars(fastLaneOnlyUses(plan)),
    },
    computeBusy: {
      spot: dollars(encodingUses(plan, 'spot', 1)),
      onDemand: dollars(encodingUses(plan, 'onDemand', 1)),
    },
    requests: dollars(requestUses(film, plan)),
    keeping: films * (dollarsOf(storeSpaceUse(plan)) + dollarsOf(recordSpaceUse(plan))),
  }
}
