// Videos in the table: creation with their upload, legal state steps, and what one needs to show them. Steps
// are conditional on the states they may come from; whoever loses learns what the video is now.
import { isAtWork } from '#domain/attempts.ts'
import {
  attemptPrefixes,
  countKey,
  fromCountItem,
  fromMetaItem,
  fromProgressItem,
  fromUploadItem,
  type Meta,
  metaKey,
  progressPartition,
  progressPrefix,
  toMetaItem,
  toUploadItem,
  uploadKey,
} from '#domain/item.ts'
import { dueIndex, duePartition } from '#domain/table-facts.ts'
import type { Task } from '#domain/task.ts'
import { resendAfterSeconds } from '#domain/timing.ts'
import { isVideoId, statesBefore, type VideoState } from '#domain/video.ts'
import { shownAttempt, type VideoRecords } from '#domain/view.ts'
import { createFailures, type Failures } from './failures.ts'
import type { Item, Table, Write } from './table.ts'
import { type Attempts, createAttempts } from './video-attempts.ts'
import { changesOf, firstTask, type StepChanges, stepInput } from './video-writes.ts'

export type Stepped = { done: true; meta: Meta } | { done: false; meta: Meta | null }

export interface Videos extends Attempts, Failures {
  get(videoId: string): Promise<Meta | null>
  /** Those that exist, in any order. */
  getMany(videoIds: readonly string[]): Promise<Meta[]>
  /** A video with the counters of the attempt it shows: everything its view is made of. */
  records(videoId: string): Promise<VideoRecords | null>
  /** The same for a META item that has just been read. */
  recordsOf(meta: Meta): Promise<VideoRecords>
  /** The same for many, in their order, with fewer requests. */
  recordsOfAll(metas: readonly Meta[]): Promise<VideoRecords[]>
  /** The unfinished or finished upload last begun with this fingerprint. */
  findUpload(ownerId: string, fingerprintHash: string): Promise<string | null>
  /**
   * With its first task, where it has one already, and what else must hold. False when it does not, another upload with this
   * fingerprint was begun at the same moment, or the video exists.
   */
  create(
    meta: Meta,
    replaces: string | null,
    also?: { first?: { task: Task; dueAt: number }; writes?: readonly Write[] },
  ): Promise<boolean>
  /** False when the source is no longer that unfinished upload: deleted, failed, or begun anew by another worker. */
  changeUpload(
    videoId: string,
    uploadId: string,
    changes: Pick<StepChanges, 'source' | 'import'>,
  ): Promise<boolean>
  /** Goes to `to` if the video is in a state that allows it (and, where given, works on this attempt). */
  step(videoId: string, to: VideoState, changes?: StepChanges, attempt?: number): Promise<Stepped>
  /** Upload complete: queued, with its first task recorded in the same write. */
  queue(meta: Meta, inspect: Task, now: number): Promise<Stepped>
  /**
   * Changes fields in whatever state but deleting. Null when there is no such video, or (where given) it works on another
   * attempt.
   */
  change(videoId: string, changes: StepChanges, attempt?: number): Promise<Meta | null>
  /** Videos of which something is being made, at most so many as a page of it holds. */
  working(): Promise<Meta[]>
  /** Takes a video off the reaper's list, where it is there for this time still. */
  clearDue(videoId: string, dueAt: number): Promise<void>
  /** All records of a video but its META item. */
  removeRecords(videoId: string): Promise<number>
  /** All records of one attempt. */
  removeAttempt(videoId: string, attempt: number): Promise<number>
  removeUploadPointer(meta: Meta): Promise<void>
  removeMeta(videoId: string): Promise<void>
}

/** Tasks: some dozens a film. */
const mostWorking = 500

export function createVideos({ table }: { table: Table }): Videos {
  const TableName = table.name

  async function get(videoId: string): Promise<Meta | null> {
    if (!isVideoId(videoId)) return null
    const item = await table.get(metaKey(videoId), { consistent: true })
    return item ? fromMetaItem(item) : null
  }

  async function recordsOf(meta: Meta, counted?: Item): Promise<VideoRecords> {
    const attempt = shownAttempt(meta)
    if (attempt === 0) return { meta, count: null, shards: [] }
    const shardsOf = (of: number) =>
      table.query(progressPartition(meta.videoId), progressPrefix(of))
    const before = meta.state === 'ready' ? undefined : meta.earlier
    const [count, shards, earlier] = await Promise.all([
      counted ?? table.get(countKey(meta.videoId, attempt)),
      shardsOf(attempt),
      before ? shardsOf(before.attempt) : [],
    ])
    return {
      meta,
      count: count ? fromCountItem(count) : null,
      shards: shards.map(fromProgressItem),
      earlier: earlier.map(fromProgressItem),
    }
  }

  async function recordsOfAll(metas: readonly Meta[]): Promise<VideoRecords[]> {
    const keyOf = (meta: Meta) => countKey(meta.videoId, shownAttempt(meta))
    const counted = await table.getMany(metas.filter(meta => shownAttempt(meta) > 0).map(keyOf))
    const counts = new Map(counted.map(item => [`${item['pk']} ${item['sk']}`, item]))
    return Promise.all(
      metas.map(meta => {
        const { pk, sk } = keyOf(meta)
        return recordsOf(meta, counts.get(`${pk} ${sk}`))
      }),
    )
  }

  return {
    ...createAttempts({ table }),
    ...createFailures({ table }),
    get,
    async getMany(videoIds) {
      return (await table.getMany(videoIds.map(metaKey))).map(fromMetaItem)
    },
    recordsOf: meta => recordsOf(meta),
    recordsOfAll,
    async records(videoId) {
      const meta = await get(videoId)
      return meta ? recordsOf(meta) : null
    },
    async findUpload(ownerId, fingerprintHash) {
      const item = await table.get(uploadKey(ownerId, fingerprintHash), { consistent: true })
      return item ? fromUploadItem(item).videoId : null
    },
    async create(meta, replaces, { first, writes = [] } = {}) {
      const { fingerprintHash } = meta.source
      const task = first ? [firstTask(TableName, first.task, first.dueAt)] : []
      const others = [...task, ...writes]
      const video = {
        Put: {
          TableName,
          Item: toMetaItem(meta),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      }
      if (!fingerprintHash) return (await table.transact([video, ...others])).done
      const pointer = {
        Put: {
          TableName,
          Item: toUploadItem(meta.ownerId, fingerprintHash, meta.videoId),
          ConditionExpression: replaces ? 'videoId = :old' : 'attribute_not_exists(pk)',
          ...(replaces ? { ExpressionAttributeValues: { ':old': replaces } } : {}),
        },
      }
      return (await table.transact([video, pointer, ...others])).done
    },
    async changeUpload(videoId, uploadId, changes) {
      const { sets, names, values } = changesOf(changes)
      const updated = await table.update(metaKey(videoId), {
        UpdateExpression: `SET ${sets.join(', ')} ADD version :one`,
        ConditionExpression: '#state = :uploading AND #source.uploadId = :uploadId',
        ExpressionAttributeNames: { ...names, '#state': 'state', '#source': 'source' },
        ExpressionAttributeValues: {
          ...values,
          ':uploading': 'uploading',
          ':uploadId': uploadId,
          ':one': 1,
        },
      })
      return updated.done
    },
    async step(videoId, to, changes = {}, attempt) {
      const from = statesBefore(to)
      if (from.length === 0) return { done: false, meta: await get(videoId) }
      const input = stepInput({ from, to, attempt, changes })
      const updated = await table.update(metaKey(videoId), input)
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
      const task = firstTask(TableName, inspect, now + resendAfterSeconds)
      const { done } = await table.transact([queued, task])
      const now_ = await get(meta.videoId)
      return done && now_ ? { done: true, meta: now_ } : { done: false, meta: now_ }
    },
    async change(videoId, changes, attempt) {
      const { sets, names, values, removes } = changesOf(changes)
      const updated = await table.update(metaKey(videoId), {
        UpdateExpression: `${sets.length > 0 ? `SET ${sets.join(', ')}` : ''}${removes} ADD version :one`,
        ConditionExpression:
          'attribute_exists(pk) AND #state <> :deleting' +
          (attempt === undefined ? '' : ' AND attempt = :atWork'),
        ExpressionAttributeNames: { ...names, '#state': 'state' },
        ExpressionAttributeValues: {
          ...values,
          ':deleting': 'deleting',
          ':one': 1,
          ...(attempt === undefined ? {} : { ':atWork': attempt }),
        },
      })
      return updated.done ? fromMetaItem(updated.item) : null
    },
    async working() {
      const { items } = await table.page({
        IndexName: dueIndex.name,
        KeyConditionExpression: '#due = :due',
        ExpressionAttributeNames: { '#due': dueIndex.partition },
        ExpressionAttributeValues: { ':due': duePartition },
        Limit: mostWorking,
      })
      const partitions = new Set(items.map(({ pk }) => String(pk)))
      const ids = [...partitions].flatMap(pk => /^VIDEO#(v_\w+)$/.exec(pk)?.[1] ?? [])
      const metas = (await table.getMany(ids.map(metaKey))).map(fromMetaItem)
      return metas.filter(isAtWork)
    },
    async clearDue(videoId, dueAt) {
      await table.update(metaKey(videoId), {
        UpdateExpression: `REMOVE ${dueIndex.partition}, ${dueIndex.sort} ADD version :one`,
        ConditionExpression: `#state <> :deleting AND ${dueIndex.sort} = :seen`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':deleting': 'deleting', ':seen': dueAt, ':one': 1 },
      })
    },
    async removeRecords(videoId) {
      const meta = metaKey(videoId)
      const items = [
        ...(await table.query(meta.pk, '')),
        ...(await table.query(progressPartition(videoId), '')),
      ]
      const keys = items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }))
      const others = keys.filter(({ sk }) => sk !== meta.sk)
      await table.removeMany(others)
      return others.length
    },
    async removeAttempt(videoId, attempt) {
      const { pk } = metaKey(videoId)
      const items = await Promise.all([
        ...attemptPrefixes(attempt).map(prefix => table.query(pk, prefix)),
        table.query(progressPartition(videoId), progressPrefix(attempt)),
      ])
      const keys = items.flat().map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }))
      const counted = countKey(videoId, attempt)
      await table.removeMany([...keys, counted])
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
