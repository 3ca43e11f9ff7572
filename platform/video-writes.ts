// Parts of what is written to a video's records, for whoever writes several of them as one.
import type { NextAttempt } from '#domain/attempts.ts'
import { type Meta, toTaskItem } from '#domain/item.ts'
import { dueIndex, duePartition } from '#domain/table-facts.ts'
import type { Task } from '#domain/task.ts'
import type { VideoState } from '#domain/video.ts'
import type { Item, Write } from './table.ts'

export interface StepChanges extends Omit<Partial<NextAttempt>, 'uncopyable'> {
  liveAttempt?: number
  facts?: NonNullable<Meta['facts']>
  failure?: NonNullable<Meta['failure']>
  rerunFailure?: NonNullable<Meta['rerunFailure']>
  source?: Meta['source']
  import?: NonNullable<Meta['import']>
  title?: string
  /** Null takes it away. */
  uncopyable?: string | null | undefined
  /** A time for the reaper; null takes it away. */
  dueAt?: number | null
}

/** Of an update of the META item. */
export function changesOf({ dueAt, ...fields }: StepChanges) {
  const changed = Object.entries(fields)
  const given = changed.filter(([, value]) => value !== null)
  const removed = changed.filter(([, value]) => value === null).map(([name]) => `#${name}`)
  const sets = given.map(([name]) => `#${name} = :${name}`)
  const values: Item = Object.fromEntries(given.map(([name, value]) => [`:${name}`, value]))
  if (typeof dueAt === 'number') {
    sets.push(`${dueIndex.partition} = :due, ${dueIndex.sort} = :dueAt`)
    values[':due'] = duePartition
    values[':dueAt'] = dueAt
  }
  if (dueAt === null) removed.push(dueIndex.partition, dueIndex.sort)
  return {
    sets,
    names: Object.fromEntries(changed.map(([name]) => [`#${name}`, name])),
    values,
    removes: removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : '',
  }
}

export interface Stepping {
  from: readonly VideoState[]
  /** Null: it stays what it is. */
  to: VideoState | null
  /** On which it works; without it, on whichever. */
  attempt?: number | undefined
  changes: StepChanges
  /** What must hold besides, by these names and `:atWork`, the attempt. */
  also?: { condition: string; names?: Record<string, string> }
}

/** An update of the META item that is made only where the video is in one of some states. */
export function stepInput({ from, to, attempt, changes, also }: Stepping) {
  const { sets, names, values, removes } = changesOf(changes)
  const states = Object.fromEntries(from.map((state, i) => [`:from${i}`, state]))
  const conditions = [
    `#state IN (${Object.keys(states).join(', ')})`,
    ...(attempt === undefined ? [] : ['attempt = :atWork']),
    ...(also ? [also.condition] : []),
  ]
  return {
    UpdateExpression: `SET ${[...(to ? ['#state = :to'] : []), ...sets].join(', ')}${removes} ADD version :one`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: { ...names, '#state': 'state', ...also?.names },
    ExpressionAttributeValues: {
      ...{ ...values, ...states, ':one': 1 },
      ...(to ? { ':to': to } : {}),
      ...(attempt === undefined ? {} : { ':atWork': attempt }),
    },
  }
}

/** Recorded once. */
export const firstTask = (TableName: string, task: Task, dueAt: number): Write => ({
  Put: {
    TableName,
    Item: toTaskItem({ task, state: 'ready', tries: 0, claims: 0, reported: 0, dueAt }),
    ConditionExpression: 'attribute_not_exists(pk)',
  },
})
