// What watching costs: bytes by the tiers of the edge, its requests and the gate's calls, and what the store is asked for. Pure.
import type { Plan } from '#domain/plan.ts'
import { audioSlots, videoSlots } from '#domain/slots.ts'
import { watchedBitsPerSecond } from './bytes.ts'
import { edgePlans, edgeTiers } from './prices.ts'
import { callUses } from './request-use.ts'
import { amount, type Use } from './use.ts'

/** As infra/edge/gate.js asks its store: the secrets, and whether the video's links were ended. */
const keyReadsARequest = 2
/** Main, picture and sound playlists, poster, storyboard and a sheet. */
const gatedAtStart = 6
/** Page, script, style and the player's chunk, where nothing is in the browser's cache yet. */
const portalAtStart = 4
/** The video and its playback. */
const callsAtStart = 2

export interface Delivery {
  gigabytes: number
  viewHours: number
  views: number
  /** Share of what viewers ask for that the edge has already. */
  hitRatio: number
}

/** Objects a viewer asks for in an hour: a request a segment, of picture and of sound. */
export function segmentsAnHour(plan: Plan): number {
  const [sound] = plan.audio
  const segments = videoSlots(plan).length + (sound ? audioSlots(sound).length : 0)
  return (segments / plan.durationSeconds) * 3600
}

export const viewHoursOf = (gigabytes: number, plan: Plan): number =>
  (gigabytes * 8e9) / watchedBitsPerSecond(plan) / 3600

export const gigabytesOf = (viewHours: number, plan: Plan): number =>
  (viewHours * 3600 * watchedBitsPerSecond(plan)) / 8e9

/** Dollars of so many GB in a month, tier by tier, with the arithmetic. */
export function edgeBytes(gigabytes: number): { dollars: number; why: string } {
  let from = 0
  let dollars = 0
  const parts: string[] = []
  for (const { toTerabytes, dollarsAGigabyte } of edgeTiers) {
    const part = Math.min(gigabytes, toTerabytes * 1000) - from
    if (part <= 0) break
    dollars += part * dollarsAGigabyte
    parts.push(`${amount(part)} GB × $${dollarsAGigabyte}`)
    from += part
  }
  return { dollars, why: parts.join(' + ') }
}

export function gatedRequests({ viewHours, views }: Delivery, plan: Plan): number {
  return viewHours * segmentsAnHour(plan) + views * gatedAtStart
}

export const edgeRequests = (delivery: Delivery, plan: Plan): number =>
  gatedRequests(delivery, plan) + delivery.views * (portalAtStart + callsAtStart)

/** Requests and calls at the edge: what a flat-rate plan would hold. */
export function edgeUses(delivery: Delivery, plan: Plan): Use[] {
  const { viewHours, views } = delivery
  const gated = gatedRequests(delivery, plan)
  const segments = amount(segmentsAnHour(plan))
  const why = `${amount(viewHours)} h × ${segments} segments + ${amount(views)} views × ${gatedAtStart}`
  const portal = views * portalAtStart
  return [
    {
      price: 'edgeRequests',
      quantity: gated + portal,
      why: `${why} + ${amount(views)} views × ${portalAtStart} of the portal`,
    },
    { price: 'edgeFunctions', quantity: gated + views, why: `${why} + a page a view` },
    {
      price: 'edgeKeys',
      quantity: gated * keyReadsARequest,
      why: `(${why}) × ${keyReadsARequest}`,
    },
  ]
}

/** Behind the edge: the store, the API and the table. */
export function behindEdgeUses(delivery: Delivery, plan: Plan): Use[] {
  const { views, hitRatio } = delivery
  const gated = gatedRequests(delivery, plan)
  return [
    {
      price: 'storeReads',
      quantity: gated * (1 - hitRatio),
      why: `${amount(gated)} requests × ${amount(1 - hitRatio)} not at the edge`,
    },
    ...callUses(views * callsAtStart, `${amount(views)} views × ${callsAtStart} calls`),
    { price: 'tableReads', quantity: views * 4, why: `${amount(views)} views × 4` },
  ]
}

/** The cheapest flat-rate plan that holds a month's delivery; null when none does. */
export function planFor(gigabytes: number, requests: number): (typeof edgePlans)[number] | null {
  return (
    edgePlans.find(plan => gigabytes <= plan.terabytes * 1000 && requests <= plan.requests) ?? null
  )
}
