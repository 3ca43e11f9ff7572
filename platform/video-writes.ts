// Parts of what is written to a video's records, for whoever writes several of them as one.
import type { NextAttempt } from '#domain/attempts.ts'
import { type Meta, toTaskItem } from '#domain/item.ts'
import { dueIndex, duePartition } from '#domain/table-facts.ts'
import type { Task } from '#domain/task.ts'
import type { Item, Write } from './table.ts'

export interface StepChanges extends Partial<NextAttempt> {
  liveAttempt?: number
  facts?: NonNullable<Meta['facts']>
  failure?: NonNullable<Meta['failure']>
  source?: Meta['source']
  import?: NonNullable<Meta['import']>
  title?: string
  /** A time for the reaper; null takes it away. */
  dueAt?: number | null
}

/** Of an update of the META item. */
export function changesOf(changes: StepChanges) {
  const { dueAt, ...fields } = changes
  const sets = Object.keys(fields).map(name => `#${name} = :${name}`)
  const expressionNames = Object.fromEntries(Object.keys(fields).map(name => [`#${name}`, name]))
  const values: Item = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [`:${name}`, value]),
  )
  if (typeof dueAt === 'number') {
    sets.push(`${dueIndex.partition} = :due, ${dueIndex.sort} = :dueAt`)
    values[':due'] = duePartition
    values[':dueAt'] = dueAt
  }
  const removes = dueAt === null ? ` REMOVE ${dueIndex.partition}, ${dueIndex.sort}` : ''
  return { sets, names: expressionNames, values, removes }
}

/** Recorded once. */
export const firstTask = (TableName: string, task: Task, dueAt: number): Write => ({
  Put: {
    TableName,
    Item: toTaskItem({ task, state: 'ready', tries: 0, claims: 0, reported: 0, dueAt }),
    ConditionExpression: 'attribute_not_exists(pk)',
  },
})
