// Reads and writes of the table for one video, counted from what platform/tasks.ts and platform/videos.ts do at each step. Pure.
import { type Chunk, toChunkItem } from '#domain/item.ts'
import { chunkKey } from '#domain/keys.ts'
import { type Plan, segmentFrames, segmentPacketsOf } from '#domain/plan.ts'
import { encodeTracks, type Task } from '#domain/task.ts'
import { heartbeatsALease, leaseSeconds, progressEverySeconds } from '#domain/timing.ts'
import { stage } from './stage.ts'
import { amount, type Use } from './use.ts'
import { type TaskCost, taskCosts } from './work.ts'

/** A step that a video takes so many times, with what one of them reads and writes. */
export interface TableStep {
  what: string
  times: number
  /** Write request units: one a KB, two in a transaction, one more for each index entry written or removed. */
  writes: number
  /** Read request units: one a consistent read of up to 4 KB. */
  reads: number
}

/** DynamoDB counts names and values, which is about what their JSON has. */
const kilobytes = (item: unknown) => Math.ceil(JSON.stringify(item).length / 1024)

/** The record of an object with so many segments. */
export function recordKilobytes(plan: Plan, track: string, segments: number): number {
  const chunk: Chunk = {
    ...{ track, index: 0, key: chunkKey(plan.videoId, plan.attempt, track, 0, '0'.repeat(18)) },
    ...{ initBytes: 1000, initHash: '0'.repeat(64), codec: 'avc1.640028', timescale: 12_288 },
    ...{ startTicks: 100_000_000, samples: 720, createdAt: 1_700_000_000.123 },
    fragments: Array.from({ length: segments }, () => ({
      ...{ ticks: 24_576, bytes: 1_000_000, keyframeBytes: 100_000 },
    })),
  }
  return kilobytes(toChunkItem(plan.videoId, plan.attempt, chunk))
}

/** Records that one completion writes, in KB. */
function completionKilobytes(plan: Plan, task: Task): number {
  if (task.kind === 'audio') {
    const track = plan.audio.find(({ track }) => track === task.track)
    const span = track?.spans[task.span]
    if (!track || !span) return 0
    return recordKilobytes(plan, task.track, segmentPacketsOf(span, track.segmentPackets).length)
  }
  if (task.kind !== 'encode') return 0
  const frames = plan.video.chunks[task.chunk]?.frames ?? 0
  const segments = segmentFrames(frames, plan.video.timeline.gopFrames).length
  return encodeTracks(plan, task).reduce(
    (sum, track) => sum + recordKilobytes(plan, track, segments),
    0,
  )
}

const heartbeatSeconds = leaseSeconds / heartbeatsALease

const heartbeats = ({ cpuSeconds }: TaskCost) => Math.floor(cpuSeconds / heartbeatSeconds)
/** One each second that a task is worked on in its slot. */
const reports = ({ task, cpuSeconds }: TaskCost) =>
  task.kind === 'encode' ? Math.floor(cpuSeconds / progressEverySeconds) : 0

export function tableSteps(plan: Plan): TableStep[] {
  const costs = taskCosts(plan)
  const sum = (of: (cost: TaskCost) => number) => costs.reduce((all, cost) => all + of(cost), 0)
  const tasks = costs.length
  const leads = costs.filter(({ task }) => task.kind === 'encode' && task.lane === 'lead').length
  const records = sum(({ task }) => completionKilobytes(plan, task))
  return [
    // Pointer and META, the latter in both indexes; before it a look for an upload of the same file.
    { what: 'begin an upload', times: 1, writes: 2 * 2 + 2, reads: 1 },
    // META leaves the index of what is due, the first task enters it.
    { what: 'complete it', times: 1, writes: 2 * 2 + 2, reads: 3 },
    { what: 'count, state and plan', times: 1, writes: 4, reads: 2 },
    { what: 'create a task', times: tasks, writes: 1 + 1, reads: 0 },
    // The due time moves: one index entry goes, another comes.
    { what: 'claim it', times: tasks, writes: 1 + 2, reads: 0 },
    { what: 'see that its video is alive', times: tasks, writes: 0, reads: 2 },
    { what: 'keep its lease', times: sum(heartbeats), writes: 1 + 2, reads: 1 },
    // The index holds whole items, so it is written too; the shard once for all slots.
    {
      what: 'report its progress',
      times: sum(reports),
      writes: 1 + 1 + 1 / stage.transcoderCpus,
      reads: 0,
    },
    { what: 'commit it', times: tasks, writes: 2 * 2 + 1 + 1, reads: 1 },
    { what: 'record a KB of chunks', times: records, writes: 2, reads: 0 },
    { what: 'follow the lead', times: leads, writes: 0, reads: 1 },
    // All records, 4 KB a unit.
    { what: 'check the whole', times: 1, writes: 2, reads: Math.ceil(records / 4) },
  ]
}

export function tableUses(steps: readonly TableStep[]): Use[] {
  const use = (price: 'tableWrites' | 'tableReads', units: (step: TableStep) => number): Use => {
    const counted = steps.filter(step => units(step) > 0)
    return {
      price,
      quantity: counted.reduce((sum, step) => sum + step.times * units(step), 0),
      why: counted.map(s => `${s.what} ${amount(s.times)} × ${amount(units(s))}`).join(' + '),
    }
  }
  return [use('tableWrites', step => step.writes), use('tableReads', step => step.reads)]
}

/** Records that stay with a video: chunks, tasks, counters; and what is written of them to the index. */
export function recordSpaceUse(plan: Plan): Use {
  const costs = taskCosts(plan)
  const records = costs.reduce((sum, { task }) => sum + completionKilobytes(plan, task), 0)
  const others = costs.length + 3
  return {
    price: 'tableSpace',
    quantity: (records + others) / 1e6,
    why: `(chunks ${amount(records)} + others ${amount(others)}) KB`,
  }
}
