// What encoding costs: vCPU time of transcoders on Spot or on demand, and of the fast lane on Lambda. Pure.
import type { Plan } from '#domain/plan.ts'
import { queueOf } from '#domain/task.ts'
import { megabytesAVcpu, stage } from './stage.ts'
import { amount, type Use } from './use.ts'
import { gravitonSpeed, sumCpu, type TaskCost, taskCosts } from './work.ts'

export type Lane = 'spot' | 'onDemand'

const isFast = ({ task }: TaskCost) => queueOf(task) === 'fast'

/** A task of the fast lane also waits, for the store and the table: so long, one after the other. Assumed. */
export const fastLaneWaitSeconds = 0.5

/** Time of transcoders for so many CPU seconds; `busy`: the share of their paid time in which their slots are at work. */
export function transcoderUses(cpuSeconds: number, lane: Lane, busy: number): Use[] {
  const { transcoderCpus, transcoderGigabytes, scratchGigabytes, freeScratchGigabytes } = stage
  const hours = cpuSeconds / gravitonSpeed / transcoderCpus / busy / 3600
  const why = `${amount(cpuSeconds)} CPU s ÷ ${transcoderCpus} slots ÷ ${amount(busy)} busy ÷ 3,600 s`
  return [
    {
      price: lane === 'spot' ? 'spotCpu' : 'onDemandCpu',
      quantity: hours * transcoderCpus,
      why: `${why} × ${transcoderCpus} vCPU`,
    },
    {
      price: lane === 'spot' ? 'spotMemory' : 'onDemandMemory',
      quantity: hours * transcoderGigabytes,
      why: `${why} × ${transcoderGigabytes} GB`,
    },
    {
      price: 'taskStorage',
      quantity: hours * (scratchGigabytes - freeScratchGigabytes),
      why: `${why} × (${scratchGigabytes} − ${freeScratchGigabytes}) GB`,
    },
    { price: 'publicAddress', quantity: hours, why },
  ]
}

/** Time of the fast lane's function for so many tasks that take so many CPU seconds together. */
export function fastLaneUses(cpuSeconds: number, tasks: number): Use[] {
  const gigabytes = stage.fastLaneMegabytes / 1024
  const cpus = stage.fastLaneMegabytes / megabytesAVcpu
  const seconds = cpuSeconds / gravitonSpeed / cpus + tasks * fastLaneWaitSeconds
  const scratch = stage.fastLaneScratchGigabytes - stage.freeFastLaneScratchGigabytes
  const why = `(${amount(cpuSeconds)} CPU s ÷ ${amount(cpus)} vCPU + ${amount(tasks)} tasks × ${fastLaneWaitSeconds} s)`
  return [
    {
      price: 'lambdaCompute',
      quantity: seconds * gigabytes,
      why: `${why} × ${amount(gigabytes)} GB`,
    },
    { price: 'lambdaStorage', quantity: seconds * scratch, why: `${why} × ${scratch} GB` },
    { price: 'lambdaRequests', quantity: tasks, why: 'one call a task' },
  ]
}

export interface EncodingSplit {
  fastCpuSeconds: number
  fastTasks: number
  bulkCpuSeconds: number
  bulkTasks: number
}

/** How the work of a film falls on the fast and the bulk queue. */
export function splitWork(plan: Plan): EncodingSplit {
  const costs = taskCosts(plan)
  const fast = costs.filter(isFast)
  const bulk = costs.filter(cost => !isFast(cost))
  return {
    fastCpuSeconds: sumCpu(fast),
    fastTasks: fast.length,
    bulkCpuSeconds: sumCpu(bulk),
    bulkTasks: bulk.length,
  }
}

/** A film as the prod stage makes it: the fast queue by the fast lane, all else by transcoders. */
export function encodingUses(plan: Plan, lane: Lane, busy: number): Use[] {
  const { fastCpuSeconds, fastTasks, bulkCpuSeconds } = splitWork(plan)
  return [...transcoderUses(bulkCpuSeconds, lane, busy), ...fastLaneUses(fastCpuSeconds, fastTasks)]
}

/** All of a film by the fast lane alone: what a ladder costs where no container may run. */
export function fastLaneOnlyUses(plan: Plan): Use[] {
  const { fastCpuSeconds, fastTasks, bulkCpuSeconds, bulkTasks } = splitWork(plan)
  return fastLaneUses(fastCpuSeconds + bulkCpuSeconds, fastTasks + bulkTasks)
}
