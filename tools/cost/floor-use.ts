// What a deployed stage costs in a month in which nobody uploads and nobody watches. Pure.
import { reapEverySeconds } from '#domain/timing.ts'
import { stage } from './stage.ts'
import type { Use } from './use.ts'

const monthSeconds = 730 * 3600
/** Lambda: an event source polls with five readers, each waiting 20 s for a message. */
const pollers = 5
const pollSeconds = 20
const reapSeconds = 0.1
const reapLogBytes = 500

/** What the stacks make that is paid by the month. */
export const monthly = {
  /** Metrics that alarms look at: 38 alarms of the prod stage's templates. */
  alarmMetrics: 50,
  /** Of the rooms' own. */
  ownMetrics: 5,
  dashboards: 1,
  secrets: 1,
  imageGigabytes: 0.2,
} as const

export function floorUses(): Use[] {
  const reaps = monthSeconds / reapEverySeconds
  const polls = (monthSeconds / pollSeconds) * pollers
  const gigabytes = stage.roomMegabytes / 1024
  return [
    { price: 'alarms', quantity: monthly.alarmMetrics, why: 'metrics that alarms look at' },
    { price: 'metrics', quantity: monthly.ownMetrics, why: 'metrics of the rooms’ own' },
    { price: 'dashboards', quantity: monthly.dashboards, why: 'one' },
    { price: 'secrets', quantity: monthly.secrets, why: 'the secret of playback links' },
    { price: 'images', quantity: monthly.imageGigabytes, why: 'the transcoder’s image' },
    {
      price: 'queueRequests',
      quantity: polls,
      why: `730 h ÷ ${pollSeconds} s × ${pollers} readers of the fast lane`,
    },
    { price: 'lambdaRequests', quantity: reaps, why: 'the reaper, each minute' },
    {
      price: 'lambdaCompute',
      quantity: reaps * reapSeconds * gigabytes,
      why: `the reaper: 43,800 × ${reapSeconds} s × ${gigabytes} GB`,
    },
    { price: 'tableReads', quantity: reaps * 0.5, why: 'the reaper: 43,800 × 0.5' },
    {
      price: 'logs',
      quantity: (reaps * reapLogBytes) / 1e9,
      why: `the reaper: 43,800 × ${reapLogBytes} B`,
    },
  ]
}
