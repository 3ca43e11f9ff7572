// Messages, calls of the API, followed progress and logs for one video, counted from its plan. Pure.
import { maxPartsPerCall, planParts } from '#domain/parts.ts'
import type { Plan } from '#domain/plan.ts'
import { owedTasks, queueOf } from '#domain/task.ts'
import { heartbeatsALease, leaseSeconds } from '#domain/timing.ts'
import { type Film, filmBytes } from './film.ts'
import { stage } from './stage.ts'
import { amount, type Use } from './use.ts'
import { taskCosts } from './work.ts'

/** SQS: «SendMessageBatch … up to 10 messages». */
const maxBatch = 10
/** A call of a room takes so long, mostly waiting for the table. Assumed. */
const callSeconds = 0.05
/** As functions/status/follow.ts looks: four times a second in the first 20 s, then once. */
const looks = { fastForSeconds: 20, fastPerSecond: 4, slowPerSecond: 1 }
/** META and COUNT and a query of the shards; as functions/playlist looks, a counter. */
const readsALook = 1 + 0.5 + 0.5
const playlistLooksPerSecond = 10
/** A log line of a call; of a task, its commands with it. Assumed. */
const callLogBytes = 1000
const taskLogBytes = 6000

const roomGigabytes = stage.roomMegabytes / 1024

/** Calls of a room, through the HTTP API and the edge. */
export function callUses(calls: number, why: string): Use[] {
  return [
    { price: 'httpApi', quantity: calls, why },
    { price: 'edgeRequests', quantity: calls, why },
    { price: 'lambdaRequests', quantity: calls, why },
    {
      price: 'lambdaCompute',
      quantity: calls * callSeconds * roomGigabytes,
      why: `(${why}) × ${callSeconds} s × ${roomGigabytes} GB`,
    },
    { price: 'logs', quantity: (calls * callLogBytes) / 1e9, why: `(${why}) × ${callLogBytes} B` },
  ]
}

export function queueUses(plan: Plan): Use[] {
  const costs = taskCosts(plan)
  const owed = owedTasks(plan)
  const batches = (['fast', 'bulk'] as const).reduce(
    (sum, name) => sum + Math.ceil(owed.filter(task => queueOf(task) === name).length / maxBatch),
    0,
  )
  // `inspect`, `finish` and the MP4 are sent one by one.
  const sends = batches + 3
  const heartbeatSeconds = leaseSeconds / heartbeatsALease
  const heartbeats = costs.reduce(
    (sum, { cpuSeconds }) => sum + Math.floor(cpuSeconds / heartbeatSeconds),
    0,
  )
  return [
    {
      price: 'queueRequests',
      quantity: sends + 2 * costs.length + heartbeats,
      why: `sent ${amount(sends)} + received and removed 2 × ${amount(costs.length)} + heartbeats ${amount(heartbeats)}`,
    },
  ]
}

/** Begin, sign, complete, and the list that the portal shows. */
export function uploadCallUses(film: Film): Use[] {
  const signs = Math.ceil(planParts(filmBytes(film)).partCount / maxPartsPerCall)
  return callUses(3 + signs, `begin 1 + sign ${signs} + complete 1 + list 1`)
}

/** One person who follows a video by its event stream until it is ready, and watches it from the start meanwhile. */
export function followUses(readySeconds: number): Use[] {
  const fast = Math.min(readySeconds, looks.fastForSeconds)
  const seen = fast * looks.fastPerSecond + (readySeconds - fast) * looks.slowPerSecond
  const lists = 2
  const seconds = amount(readySeconds)
  return [
    {
      price: 'lambdaCompute',
      quantity: readySeconds * (1 + lists) * roomGigabytes,
      why: `${seconds} s × (stream 1 + held playlists ${lists}) × ${roomGigabytes} GB`,
    },
    {
      price: 'tableReads',
      quantity: seen * readsALook + readySeconds * lists * playlistLooksPerSecond,
      why: `looks ${amount(seen)} × ${readsALook} + ${seconds} s × ${lists} playlists × ${playlistLooksPerSecond} looks`,
    },
  ]
}

export function taskLogUse(plan: Plan): Use {
  const tasks = taskCosts(plan).length
  return {
    price: 'logs',
    quantity: (tasks * taskLogBytes) / 1e9,
    why: `${amount(tasks)} tasks × ${taskLogBytes} B`,
  }
}
