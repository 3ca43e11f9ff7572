// Begins an upload, or finds the unfinished one of the same person and file. Of two begun at once one wins and both get it.
import type { z } from 'zod/mini'
import type { BeginUpload, BegunUpload } from '#domain/api.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'
import { sourceKey } from '#domain/keys.ts'
import type { SourceLimits } from '#domain/limits.ts'
import { planParts } from '#domain/parts.ts'
import type { Engine } from '#domain/plan.ts'
import { abandonedUploadSeconds } from '#domain/timing.ts'
import { titleFromName } from '#domain/video.ts'
import { hashOf } from '#platform/hash.ts'
import type { Multipart } from '#platform/multipart.ts'
import type { Quotas } from '#platform/quota.ts'
import type { ObjectStore } from '#platform/store.ts'
import type { Unfinished } from '#platform/unfinished.ts'
import type { Videos } from '#platform/videos.ts'
import { cancelUpload } from './cancel.ts'

export interface BeginDeps {
  videos: Videos
  multipart: Multipart
  source: ObjectStore
  limits: Pick<SourceLimits, 'maxBytes'>
  /** Those of this installation. Default: our own workers alone. */
  engines?: readonly Engine[]
  /** Without it everybody may bring as much as there is room for. */
  quotas?: Quotas | undefined
  /** Without it so many may be on their way as there are. */
  unfinished?: Unfinished | undefined
  now(): number
  newVideoId(): string
}

type Wanted = z.infer<typeof BeginUpload>
export interface Begun {
  created: boolean
  upload: z.infer<typeof BegunUpload>
}

/** Each lost race means that somebody else went on. */
export const tries = 5

const mediaType = /^[\w.+-]+\/[\w.+-]+$/

export const partsOf = ({ source }: Meta) => {
  const plan = planParts(source.sizeBytes)
  const partBytes = source.partBytes ?? plan.partBytes
  return { partBytes, partCount: Math.ceil(source.sizeBytes / partBytes) }
}

function answerFor(meta: Meta, created: boolean): Begun {
  const { partBytes, partCount } = partsOf(meta)
  return { created, upload: { videoId: meta.videoId, partSize: partBytes, partCount } }
}

/** True when parts can still be sent, or all of them have been joined already. */
async function canGoOn(deps: BeginDeps, { source, import: imported }: Meta): Promise<boolean> {
  if (!source.uploadId || imported) return false
  const { key, uploadId } = source
  if (await deps.multipart.listParts({ key, uploadId })) return true
  return (await deps.source.head(key))?.sizeBytes === source.sizeBytes
}

/** @throws MillraceError `source-empty`, `source-too-large`, `quota-reached`, `too-many-unfinished`, `bad-request` for an engine that is not there */
export async function beginUpload(
  deps: BeginDeps,
  ownerId: string,
  wanted: Wanted,
): Promise<Begun> {
  if (wanted.size === 0) throw new MillraceError('source-empty')
  if (wanted.size > deps.limits.maxBytes) throw new MillraceError('source-too-large')
  const { engine = 'ffmpeg' } = wanted
  if (!(deps.engines ?? ['ffmpeg']).includes(engine)) {
    throw new MillraceError('bad-request', { message: `This installation has no ${engine}.` })
  }
  const fingerprintHash = hashOf(wanted.fingerprint)
  for (let attempt = 0; attempt < tries; attempt++) {
    const knownId = await deps.videos.findUpload(ownerId, fingerprintHash)
    const known = knownId ? await deps.videos.get(knownId) : null
    const same = known?.source.sizeBytes === wanted.size && known.engine === wanted.engine
    if (known?.state === 'uploading' && same && (await canGoOn(deps, known)))
      return answerFor(known, false)
    // What is gone on with counts already.
    await deps.quotas?.require(ownerId, wanted.size)
    await deps.unfinished?.require(ownerId, 'uploads')
    const created = await createUpload(deps, ownerId, wanted, fingerprintHash, knownId)
    if (!created) continue
    await keepWithin(deps, created)
    return answerFor(created, true)
  }
  throw new MillraceError('table-unavailable', { detail: 'lost every race for an upload' })
}

/** First it counts for its owner's others, then they for it: of many begun at the same moment not all pass. */
async function keepWithin(deps: BeginDeps, meta: Meta): Promise<void> {
  const room = (await deps.quotas?.bytesFor(meta)) ?? Number.POSITIVE_INFINITY
  if (meta.source.sizeBytes <= room) return
  await cancelUpload(deps, meta)
  throw new MillraceError('quota-reached')
}

/** Null when the race was lost; then nothing of it stays. */
async function createUpload(
  { videos, multipart, unfinished, now, newVideoId }: BeginDeps,
  ownerId: string,
  { name, size, type, engine }: Wanted,
  fingerprintHash: string,
  replaces: string | null,
): Promise<Meta | null> {
  const videoId = newVideoId()
  const key = sourceKey(videoId)
  const contentType = mediaType.test(type) ? type : 'application/octet-stream'
  const uploadId = await multipart.create(key, contentType)
  const meta: Meta = {
    videoId,
    ownerId,
    title: titleFromName(name),
    state: 'uploading',
    attempt: 0,
    liveAttempt: 0,
    version: 1,
    createdAt: now(),
    source: {
      key,
      sizeBytes: size,
      uploadId,
      fingerprintHash,
      partBytes: planParts(size).partBytes,
    },
    ...(engine ? { engine } : {}),
    dueAt: now() + abandonedUploadSeconds,
  }
  try {
    const writes = unfinished ? [unfinished.take(meta, 'uploads')] : []
    if (await videos.create(meta, replaces, { writes })) return meta
  } catch (thrown) {
    await multipart.abort({ key, uploadId })
    throw thrown
  }
  await multipart.abort({ key, uploadId })
  return null
}
