// Completes an upload: what the store lists is the truth, the client's word a hint. May be called any number of times, and finds
// its way after any answer that was lost.

import type { z } from 'zod/mini'
import type { CompleteUpload } from '#domain/api.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'
import { partRange } from '#domain/parts.ts'
import type { HeldPart, Multipart } from '#platform/multipart.ts'
import { type StartDeps, startProcessing } from '#platform/start-processing.ts'
import type { ObjectStore } from '#platform/store.ts'
import { partsOf } from './begin.ts'

export interface CompleteDeps extends StartDeps {
  multipart: Multipart
  source: ObjectStore
}

type Claimed = z.infer<typeof CompleteUpload>['parts']

export type Completed =
  | { outcome: 'started'; meta: Meta }
  /** Parts that have to be sent (again). */
  | { outcome: 'upload-incomplete' | 'part-wrong-size'; partNumbers: number[] }

const bare = (etag: string) => etag.replace(/^W\/|"/g, '')

/** Planned parts the store does not hold, holds in another size, or holds in another version than the client sent. */
export function checkParts(
  meta: Meta,
  held: readonly HeldPart[],
  claimed: Claimed,
): { missing: number[]; wrongSize: number[] } {
  const plan = partsOf(meta)
  const byNumber = new Map(held.map(part => [part.partNumber, part]))
  const claims = new Map(claimed.map(({ partNumber, etag }) => [partNumber, bare(etag)]))
  const missing: number[] = []
  const wrongSize: number[] = []
  for (let partNumber = 1; partNumber <= plan.partCount; partNumber++) {
    const part = byNumber.get(partNumber)
    const { start, end } = partRange(meta.source.sizeBytes, partNumber, plan)
    const claim = claims.get(partNumber)
    if (!part) missing.push(partNumber)
    else if (part.size !== end - start) wrongSize.push(partNumber)
    else if (claim && claim !== bare(part.etag)) missing.push(partNumber)
  }
  return { missing, wrongSize }
}

/** @throws MillraceError `upload-not-found` when neither upload nor object is there any more. */
export async function completeUpload(
  deps: CompleteDeps,
  meta: Meta,
  claimed: Claimed,
): Promise<Completed> {
  if (meta.state === 'uploading') {
    const owed = await join(deps, meta, claimed)
    if (owed) return owed
  }
  const started = await startProcessing(deps, meta)
  if (started && started.state !== 'deleting') return { outcome: 'started', meta: started }
  // Aborted while the store was joining the parts: nobody points at the object.
  if (meta.source.uploadId) await deps.source.remove([meta.source.key])
  throw new MillraceError('upload-not-found')
}

/** Null once the object stands in its whole size. */
async function join(deps: CompleteDeps, meta: Meta, claimed: Claimed): Promise<Completed | null> {
  const { key, uploadId, sizeBytes } = meta.source
  if (uploadId) {
    const held = await deps.multipart.listParts({ key, uploadId })
    if (held) {
      const { missing, wrongSize } = checkParts(meta, held, claimed)
      if (wrongSize.length > 0) return { outcome: 'part-wrong-size', partNumbers: wrongSize }
      if (missing.length > 0) return { outcome: 'upload-incomplete', partNumbers: missing }
      const planned = held.filter(({ partNumber }) => partNumber <= partsOf(meta).partCount)
      const result = await deps.multipart.complete({ key, uploadId }, planned)
      if (result === 'done') return null
      if (result === 'changed-part') return { outcome: 'upload-incomplete', partNumbers: [] }
    }
  }
  // Joined by an earlier call whose answer was lost, or aborted.
  const object = await deps.source.head(key)
  if (object?.sizeBytes !== sizeBytes) throw new MillraceError('upload-not-found')
  return null
}
