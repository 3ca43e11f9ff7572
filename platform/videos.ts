// Videos in the table: creation with their upload, legal state steps, lists by owner, and what one needs to show them. Steps
// are conditional on the states they may come from; whoever loses learns what the video is now.
import {
  type Count,
  countKey,
  fromCountItem,
  fromMetaItem,
  fromProgressItem,
  fromUploadItem,
  type Meta,
  metaKey,
  ownerPartition,
  progressPrefix,
  toMetaItem,
  toTaskItem,
  toUploadItem,
  uploadKey,
} from '#domain/item.ts'
import type { ProgressShard } from '#domain/progress.ts'
import { dueIndex, duePartition, ownerIndex } from '#domain/table-facts.ts'
import type { Task } from '#domain/task.ts'
import { resendAfterSeconds } from '#domain/timing.ts'
import { isVideoId, statesBefore, type VideoState } from '#domain/video.ts'
import type { Item, Table } from './table.ts'

/** A video with its counters: everything its view is made of. */
export interface VideoRecords {
  meta: Meta
  /** Of the attempt at work; null before it is planned. */
  count: Count | null
  shards: ProgressShard[]
}

export type Stepped = { done: true; meta: Meta } | { done: false; meta: Meta | null }

export interface StepChanges {
  attempt?: number
  liveAttempt?: number
  facts?: NonNullable<Meta['facts']>
  failure?: NonNullable<Meta['failure']>
  source?: Meta['source']
  title?: string
  /** A time for the reaper; null takes it away. */
  dueAt?: number | null
}

export interface Videos {
  get(videoId: string): Promise<Meta | null>
  records(videoId: string): Promise<VideoRecords | null>
  /** The unfinished or finished upload last begun with this fingerprint. */
  findUpload(ownerId: string, fingerprintHash: string): Promise<string | null>
  /** False when another upload with this fingerprint was begun at the same moment, or the video exists. */
  create(meta: Meta, replaces: string | null): Promise<boolean>
  /** Goes to `to` if the video is in a state that allows it (and, where given, works on this attempt). */
  step(videoId: string, to: VideoState, changes?: StepChanges, attempt?: number): Promise<Stepped>
  /** Upload complete: queued, with its first task recorded in the same write. */
  queue(meta: Meta, inspect: Task, now: number): Promise<Stepped>
  /** Changes fields in whatever state but deleting. Null when there is no such video. */
  change(videoId: string, changes: StepChanges): Promise<Meta | null>
  list(
    ownerId: string,
    options: { limit: number; cursor: string | null },
  ): Promise<{ videos: Meta[]; cursor: string | null }>
  /** All records of a video but its META item. */
  removeRecords(videoId: string): Promise<number>
  removeUploadPointer(meta: Meta): Promise<void>
  removeMeta(videoId: string): Promise<void>
}

const writeCursor = (key: Item | undefined) =>
  key ? Buffer.from(JSON.stringify(key)).toString('base64url') : null

/** A client's cursor back as a key of its own partition; null for anything else. */
function readCursor(cursor: string | null, ownerId: string): Item | null {
  if (!cursor) return null
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (typeof key !== 'object' || key === null) return null
    const item = key as Item
    const strings = Object.values(item).every(value => typeof value === 'string')
    return strings && item[ownerIndex.partition] === ownerPartition(ownerId) ? item : null
  } catch {
    return null
  }
}

export function createVideos({ table }: { table: Table }): Videos {
  const TableName = table.name

  async function get(videoId: string): Promise<Meta | null> {
    if (!isVideoId(videoId)) return null
    const item = await table.get(metaKey(videoId), { consistent: true })
    return item ? fromMetaItem(item) : null
  }

  function changesOf(changes: StepChanges) {
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

  return {
    get,
    async records(videoId) {
      const meta = await get(videoId)
      if (!meta) return null
      if (meta.attempt === 0) return { meta, count: null, shards: [] }
      const [count, shards] = await Promise.all([
        table.get(countKey(videoId, meta.attempt)),
        table.query(metaKey(videoId).pk, progressPrefix(meta.attempt)),
      ])
      return {
        meta,
        count: count ? fromCountItem(count) : null,
        shards: shards.map(fromProgressItem),
      }
    },
    async findUpload(ownerId, fingerprintHash) {
      const item = await table.get(uploadKey(ownerId, fingerprintHash), { consistent: true })
      return item ? fromUploadItem(item).videoId : null
    },
    async create(meta, replaces) {
      const { fingerprintHash } = meta.source
      const video = {
        Put: {
          TableName,
          Item: toMetaItem(meta),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      }
      if (!fingerprintHash) return (await table.transact([video])).done
      const pointer = {
        Put: {
          TableName,
          Item: toUploadItem(meta.ownerId, fingerprintHash, meta.videoId),
          ConditionExpression: replaces ? 'videoId = :old' : 'attribute_not_exists(pk)',
          ...(replaces ? { ExpressionAttributeValues: { ':old': replaces } } : {}),
        },
      }
      return (await table.transact([video, pointer])).done
    },
    async step(videoId, to, changes = {}, attempt) {
      const { sets, names, values, removes } = changesOf(changes)
      const before = statesBefore(to)
      const states = Object.fromEntries(before.map((state, i) => [`:from${i}`, state]))
      const updated = await table.update(metaKey(videoId), {
        UpdateExpression: `SET ${['#state = :to', ...sets].join(', ')}${removes} ADD version :one`,
        ConditionExpression:
          `#state IN (${Object.keys(states).join(', ')})` +
          (attempt === undefined ? '' : ' AND attempt = :atWork'),
        ExpressionAttributeNames: { ...names, '#state': 'state' },
        ExpressionAttributeValues: {
          ...values,
          ...states,
          ':to': to,
          ':one': 1,
          ...(attempt === undefined ? {} : { ':atWork': attempt }),
        },
      })
      return updated.done
        ? { done: true, meta: fromMetaItem(updated.item) }
        : { done: false, meta: updated.item ? fromMetaItem(updated.item) : null }
    },
    async queue(meta, inspect, now) {
      const { uploadId: _, ...source } = meta.source
      const queued = {
        Update: {
          TableName,
          Key: metaKey(meta.videoId),
          UpdateExpression: `SET #state = :queued, attempt = :attempt, #source = :source REMOVE ${dueIndex.partition}, ${dueIndex.sort} ADD version :one`,
          ConditionExpression: '#state = :uploading',
          ExpressionAttributeNames: { '#state': 'state', '#source': 'source' },
          ExpressionAttributeValues: {
            ':queued': 'queued',
            ':uploading': 'uploading',
            ':attempt': inspect.attempt,
            ':source': source,
            ':one': 1,
          },
        },
      }
      const task = {
        Put: {
          TableName,
          Item: toTaskItem({
            task: inspect,
            state: 'ready',
            tries: 0,
            claims: 0,
            reported: 0,
            dueAt: now + resendAfterSeconds,
          }),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      }
      const { done } = await table.transact([queued, task])
      const now_ = await get(meta.videoId)
      return done && now_ ? { done: true, meta: now_ } : { done: false, meta: now_ }
    },
    async change(videoId, changes) {
      const { sets, names, values, removes } = changesOf(changes)
      const updated = await table.update(metaKey(videoId), {
        UpdateExpression: `${sets.length > 0 ? `SET ${sets.join(', ')}` : ''}${removes} ADD version :one`,
        ConditionExpression: 'attribute_exists(pk) AND #state <> :deleting',
        ExpressionAttributeNames: { ...names, '#state': 'state' },
        ExpressionAttributeValues: { ...values, ':deleting': 'deleting', ':one': 1 },
      })
      return updated.done ? fromMetaItem(updated.item) : null
    },
    async list(ownerId, { limit, cursor }) {
      const start = readCursor(cursor, ownerId)
      const { items, next } = await table.page({
        IndexName: ownerIndex.name,
        KeyConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': ownerIndex.partition },
        ExpressionAttributeValues: { ':owner': ownerPartition(ownerId) },
        ScanIndexForward: false,
        Limit: limit,
        ...(start ? { ExclusiveStartKey: start } : {}),
      })
      const videos = items.map(fromMetaItem).filter(({ state }) => state !== 'deleting')
      return { videos, cursor: writeCursor(next) }
    },
    async removeRecords(videoId) {
      const { pk, sk: metaSk } = metaKey(videoId)
      const items = await table.query(pk, '')
      const keys = items.map(({ sk }) => String(sk)).filter(sk => sk !== metaSk)
      for (const sk of keys) await table.remove({ pk, sk })
      return keys.length
    },
    async removeUploadPointer({ ownerId, videoId, source }) {
      if (!source.fingerprintHash) return
      const pointer = await table.get(uploadKey(ownerId, source.fingerprintHash), {
        consistent: true,
      })
      if (pointer && fromUploadItem(pointer).videoId === videoId) {
        await table.remove(uploadKey(ownerId, source.fingerprintHash))
      }
    },
    removeMeta(videoId) {
      return table.remove(metaKey(videoId))
    },
  }
}
