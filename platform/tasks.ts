// The life of a task in the table: created, claimed for a lease, renewed, completed together with its records, released or
// failed. Every write is conditional, so that anything may happen twice, late, or out of order.
import { jobOwner } from '#domain/conversion.ts'
import {
  type Chunk,
  type Count,
  countKey,
  fromCountItem,
  fromTaskItem,
  progressKey,
  type TaskRecord,
  taskKey,
  toChunkItem,
  toCountItem,
  toTaskItem,
} from '#domain/item.ts'
import { dueIndex, duePartition } from '#domain/table-facts.ts'
import type { Task } from '#domain/task.ts'
import {
  conversionLeaseSeconds,
  reapGraceSeconds,
  resendAfterSeconds,
  leaseSeconds as usualLeaseSeconds,
} from '#domain/timing.ts'
import type { Table, Write } from './table.ts'

export type Claim =
  | { outcome: 'claimed'; record: TaskRecord }
  /** Somebody else holds it until then (epoch seconds). */
  | { outcome: 'held'; leaseUntil: number; owner: string | undefined }
  | { outcome: 'done' | 'failed' | 'missing' }

type Job = NonNullable<TaskRecord['job']>

export interface Completion {
  chunks: Chunk[]
  /** Counts towards `finish`; extra work does not. */
  counted: boolean
  /** Marks set on the attempt's counters. */
  marks?: Partial<
    Pick<Count, 'firstPicture' | 'firstSound' | 'poster' | 'posterColor' | 'storyboard' | 'mp4'>
  >
}

export type Completed =
  | { outcome: 'done' }
  /** Somebody else holds or has done the task, or the attempt is no longer live. */
  | { outcome: 'lost' }
  /** Of these chunks (by their objects' keys) there is a record already: complete again without them. */
  | { outcome: 'taken'; keys: string[] }

export interface Tasks {
  /** False when the task exists already. */
  create(task: Task, now: number): Promise<boolean>
  createCount(videoId: string, attempt: number, count: Count): Promise<boolean>
  readCount(videoId: string, attempt: number): Promise<Count | null>
  /** Of an attempt whose opening alone was planned: it owes all of these from now on. */
  countWhole(videoId: string, attempt: number, tasks: number): Promise<void>
  read(task: Task): Promise<TaskRecord | null>
  claim(task: Task, owner: string, now: number): Promise<Claim>
  /** False when the lease is lost or the attempt is no longer live: stop at once. */
  renew(task: Task, owner: string, now: number): Promise<boolean>
  /** Hands the lease to a job of MediaConvert. False when the lease is lost. */
  handOver(task: Task, owner: string, job: Job, now: number): Promise<boolean>
  /**
   * Remembers what was reported to progress, before it is added. False when the lease is lost; with `from`, also when another
   * has reported since.
   */
  report(task: Task, owner: string, reported: number, from?: number): Promise<boolean>
  addProgress(task: Task, shard: string, delta: number): Promise<void>
  complete(task: Task, owner: string, completion: Completion): Promise<Completed>
  /** Gives the task back; `failed` counts a real failure. The tries so far, or null when the lease was lost. */
  release(task: Task, owner: string, now: number, failed: boolean): Promise<number | null>
  fail(task: Task, owner: string): Promise<void>
  /** Fences every worker of the attempt. */
  fence(videoId: string, attempt: number): Promise<void>
  /** Pushes a task's due time on, if it is still unfinished: the reaper has just sent it again. */
  postpone(task: Task, now: number): Promise<boolean>
  /** Takes the task of a video that is no longer at work off the reaper's list. */
  clearDue(task: Task): Promise<void>
}

const setDue = `${dueIndex.partition} = :due, ${dueIndex.sort} = :dueAt`
const removeDue = `${dueIndex.partition}, ${dueIndex.sort}`
const mine = '#state = :leased AND #owner = :me'
const names = { '#state': 'state', '#owner': 'owner' }

/** DynamoDB: «two document paths overlap» refuses an update that names a track twice. */
function secondsByTrack(chunks: Completion['chunks']): [track: string, seconds: number][] {
  const seconds = new Map<string, number>()
  for (const { track, timescale, fragments } of chunks) {
    const own = fragments.reduce((sum, { ticks }) => sum + ticks, 0) / timescale
    seconds.set(track, (seconds.get(track) ?? 0) + own)
  }
  return [...seconds]
}

/** The change of an attempt's counters that fences every worker of it. */
export const fenceOf = (videoId: string, attempt: number) => ({
  Key: countKey(videoId, attempt),
  UpdateExpression: 'SET live = :false ADD version :one',
  ConditionExpression: 'attribute_exists(pk)',
  ExpressionAttributeValues: { ':false': false, ':one': 1 },
})

export function createTasks({
  table,
  leaseSeconds = usualLeaseSeconds,
}: {
  table: Table
  leaseSeconds?: number
}): Tasks {
  const TableName = table.name

  const leaseValues = (owner: string, now: number) => ({
    ':leased': 'leased',
    ':until': now + leaseSeconds,
    ':dueAt': now + leaseSeconds + reapGraceSeconds,
    ':due': duePartition,
    ':me': owner,
  })

  async function readCount(videoId: string, attempt: number): Promise<Count | null> {
    const item = await table.get(countKey(videoId, attempt), { consistent: true })
    return item ? fromCountItem(item) : null
  }

  async function read(task: Task): Promise<TaskRecord | null> {
    const item = await table.get(taskKey(task), { consistent: true })
    return item ? fromTaskItem(item) : null
  }

  function completeCount(task: Task, completion: Completion): Write {
    const marks = Object.entries(completion.marks ?? {})
    const seconds = secondsByTrack(completion.chunks)
    const sets = [
      ...marks.map(([name]) => `${name} = :${name}`),
      ...seconds.map((_, i) => `seconds.#track${i} = seconds.#track${i} + :seconds${i}`),
    ]
    return {
      Update: {
        TableName,
        Key: countKey(task.videoId, task.attempt),
        UpdateExpression: `ADD tasksLeft :counted, version :one${sets.length > 0 ? ` SET ${sets.join(', ')}` : ''}`,
        ConditionExpression: 'live = :true',
        ...(seconds.length > 0
          ? {
              ExpressionAttributeNames: Object.fromEntries(
                seconds.map(([track], i) => [`#track${i}`, track]),
              ),
            }
          : {}),
        ExpressionAttributeValues: {
          ':counted': completion.counted ? -1 : 0,
          ':one': 1,
          ':true': true,
          ...Object.fromEntries(marks.map(([name, value]) => [`:${name}`, value])),
          ...Object.fromEntries(seconds.map(([, sum], i) => [`:seconds${i}`, sum])),
        },
      },
    }
  }

  return {
    readCount,
    create(task, now) {
      return table.create(
        toTaskItem({
          task,
          state: 'ready',
          tries: 0,
          claims: 0,
          reported: 0,
          dueAt: now + resendAfterSeconds,
        }),
      )
    },
    createCount(videoId, attempt, count) {
      return table.create(toCountItem(videoId, attempt, count))
    },
    async countWhole(videoId, attempt, tasks) {
      const opening = (await readCount(videoId, attempt))?.opening
      if (opening === undefined) return
      await table.update(countKey(videoId, attempt), {
        UpdateExpression: 'ADD tasksLeft :more, version :one REMOVE opening',
        ConditionExpression: 'opening = :opening',
        ExpressionAttributeValues: { ':more': tasks - opening, ':one': 1, ':opening': opening },
      })
    },
    read,
    async claim(task, owner, now) {
      const updated = await table.update(taskKey(task), {
        UpdateExpression: `SET #state = :leased, #owner = :me, leaseUntil = :until, ${setDue} ADD claims :one`,
        ConditionExpression: '#state = :ready OR (#state = :leased AND leaseUntil < :now)',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ...leaseValues(owner, now),
          ':ready': 'ready',
          ':now': now,
          ':one': 1,
        },
      })
      if (updated.done) return { outcome: 'claimed', record: fromTaskItem(updated.item) }
      if (!updated.item) return { outcome: 'missing' }
      const record = fromTaskItem(updated.item)
      if (record.state === 'done' || record.state === 'failed') return { outcome: record.state }
      // No two claims have one owner's name: the answer to this one was lost, and it was asked again.
      if (record.owner === owner) return { outcome: 'claimed', record }
      const { leaseUntil = now + leaseSeconds } = record
      return { outcome: 'held', leaseUntil, owner: record.owner }
    },
    async renew(task, owner, now) {
      const [renewed, count] = await Promise.all([
        table.update(taskKey(task), {
          UpdateExpression: `SET leaseUntil = :until, ${setDue}`,
          ConditionExpression: mine,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: leaseValues(owner, now),
        }),
        readCount(task.videoId, task.attempt),
      ])
      // Before the plan there are no counters: only the lease counts then.
      return renewed.done && (count?.live ?? true)
    },
    async handOver(task, owner, job, now) {
      const updated = await table.update(taskKey(task), {
        UpdateExpression: `SET #owner = :job, #job = :facts, leaseUntil = :until, ${setDue}`,
        ConditionExpression: mine,
        ExpressionAttributeNames: { ...names, '#job': 'job' },
        ExpressionAttributeValues: {
          ':job': jobOwner(job.id),
          ':facts': job,
          ':until': now + conversionLeaseSeconds,
          ':dueAt': now + conversionLeaseSeconds + reapGraceSeconds,
          ':due': duePartition,
          ':leased': 'leased',
          ':me': owner,
        },
      })
      return updated.done
    },
    async report(task, owner, reported, from) {
      const updated = await table.update(taskKey(task), {
        UpdateExpression: 'SET reported = :reported',
        ConditionExpression: `${mine} AND ${from === undefined ? 'reported <= :reported' : 'reported = :from'}`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ':reported': reported,
          ':leased': 'leased',
          ':me': owner,
          ...(from === undefined ? {} : { ':from': from }),
        },
      })
      return updated.done
    },
    async addProgress(task, shard, delta) {
      await table.update(progressKey(task.videoId, task.attempt, shard), {
        UpdateExpression: 'ADD done :delta, version :one',
        ExpressionAttributeValues: { ':delta': delta, ':one': 1 },
      })
    },
    async complete(task, owner, completion) {
      const writes: Write[] = [
        {
          Update: {
            TableName,
            Key: taskKey(task),
            UpdateExpression: `SET #state = :done REMOVE leaseUntil, ${removeDue}`,
            ConditionExpression: mine,
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: { ':done': 'done', ':leased': 'leased', ':me': owner },
          },
        },
        // Before there is a plan there are no counters.
        ...(task.kind === 'import' ? [] : [completeCount(task, completion)]),
        ...completion.chunks.map(chunk => ({
          Put: {
            TableName,
            Item: toChunkItem(task.videoId, task.attempt, chunk),
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        })),
      ]
      const result = await table.transact(writes)
      if (result.done) return { outcome: 'done' }
      if (result.failed.includes(0)) {
        // The answer to our own commit may have been lost: then the task is done, and ours.
        const record = await read(task)
        const ours = record?.state === 'done' && record.owner === owner
        return { outcome: ours ? 'done' : 'lost' }
      }
      if (result.failed.includes(1)) return { outcome: 'lost' }
      const keys = result.failed.flatMap(index => completion.chunks[index - 2]?.key ?? [])
      return { outcome: 'taken', keys }
    },
    async release(task, owner, now, failed) {
      const updated = await table.update(taskKey(task), {
        UpdateExpression: `SET #state = :ready, ${setDue} REMOVE leaseUntil, #owner ADD tries :tries`,
        ConditionExpression: mine,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ':ready': 'ready',
          ':leased': 'leased',
          ':me': owner,
          ':due': duePartition,
          ':dueAt': now + resendAfterSeconds,
          ':tries': failed ? 1 : 0,
        },
      })
      return updated.done ? fromTaskItem(updated.item).tries : null
    },
    async fail(task, owner) {
      await table.update(taskKey(task), {
        UpdateExpression: `SET #state = :failed REMOVE leaseUntil, ${removeDue}`,
        ConditionExpression: mine,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':failed': 'failed', ':leased': 'leased', ':me': owner },
      })
    },
    async fence(videoId, attempt) {
      const { Key, ...change } = fenceOf(videoId, attempt)
      await table.update(Key, change)
    },
    async postpone(task, now) {
      const updated = await table.update(taskKey(task), {
        UpdateExpression: `SET ${dueIndex.sort} = :dueAt`,
        // A worker that has claimed or renewed it meanwhile set a time of its own.
        ConditionExpression: `(#state = :ready OR #state = :leased) AND ${dueIndex.sort} < :now`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':now': now,
          ':dueAt': now + resendAfterSeconds,
          ':ready': 'ready',
          ':leased': 'leased',
        },
      })
      return updated.done
    },
    async clearDue(task) {
      await table.update(taskKey(task), {
        UpdateExpression: `REMOVE ${removeDue}`,
        ConditionExpression: 'attribute_exists(pk)',
      })
    },
  }
}
