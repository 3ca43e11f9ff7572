// Begins the import of a file by its address, or finds the unfinished one of the same person and address. Whether the address may
// be fetched is checked before anything is made, and again by whoever fetches.
import type { z } from 'zod/mini'
import type { BeginImport } from '#domain/api.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'
import { sourceKey } from '#domain/keys.ts'
import { planParts } from '#domain/parts.ts'
import type { ImportTask } from '#domain/task.ts'
import { abandonedUploadSeconds, reapGraceSeconds } from '#domain/timing.ts'
import { titleFromName } from '#domain/video.ts'
import { hashOf } from '#platform/hash.ts'
import { parseImportUrl } from '#platform/import-url.ts'
import type { StartDeps } from '#platform/start-processing.ts'
import { type BeginDeps, tries } from './begin.ts'

export interface ImportDeps extends BeginDeps, StartDeps {}

/** The beginning and the end of a name, as a website writes it: also where its escapes are wrong. */
function nameIn({ pathname, hostname }: URL): string {
  const name = pathname.split('/').findLast(part => part !== '') ?? hostname
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

const taskOf = ({ videoId }: Meta): ImportTask => ({
  kind: 'import',
  videoId,
  attempt: 1,
  lane: 'fast',
})

/** @throws MillraceError `import-refused`, `too-many-unfinished` */
export async function beginImport(
  deps: ImportDeps,
  ownerId: string,
  wanted: z.infer<typeof BeginImport>,
): Promise<Meta> {
  const url = parseImportUrl(wanted.url)
  const fingerprintHash = hashOf(`import ${url.href}`)
  for (let attempt = 0; attempt < tries; attempt++) {
    const knownId = await deps.videos.findUpload(ownerId, fingerprintHash)
    const known = knownId ? await deps.videos.get(knownId) : null
    const same = known?.state === 'uploading' && known.import?.url === url.href
    if (!same) await deps.unfinished?.require(ownerId, 'imports')
    const meta = same
      ? known
      : await create(deps, { ownerId, url, fingerprintHash }, wanted, knownId)
    if (!meta) continue
    // Whether the message of an earlier call was sent nobody knows, and a second one does no harm.
    await deps.queue.send(taskOf(meta))
    return meta
  }
  throw new MillraceError('table-unavailable', { detail: 'lost every race for an import' })
}

/** Null when the race was lost; then nothing of it stays. */
async function create(
  { videos, multipart, unfinished, limits, now, newVideoId }: ImportDeps,
  { ownerId, url, fingerprintHash }: { ownerId: string; url: URL; fingerprintHash: string },
  { title }: z.infer<typeof BeginImport>,
  replaces: string | null,
): Promise<Meta | null> {
  const videoId = newVideoId()
  const key = sourceKey(videoId)
  const uploadId = await multipart.create(key, 'application/octet-stream')
  const { partBytes } = planParts(limits.maxBytes)
  const meta: Meta = {
    videoId,
    ownerId,
    title: title ?? titleFromName(nameIn(url)),
    state: 'uploading',
    attempt: 0,
    liveAttempt: 0,
    version: 1,
    createdAt: now(),
    // How large it is nobody knows before it is whole.
    source: { key, sizeBytes: 0, uploadId, fingerprintHash, partBytes },
    import: { url: url.href, receivedBytes: 0 },
    dueAt: now() + abandonedUploadSeconds,
  }
  // Sent at once; where that fails, the reaper finds it.
  const first = { task: taskOf(meta), dueAt: now() + reapGraceSeconds }
  const writes = unfinished ? [unfinished.take(meta, 'imports')] : []
  const created = await videos.create(meta, replaces, { first, writes }).catch(async thrown => {
    await multipart.abort({ key, uploadId })
    throw thrown
  })
  if (created) return meta
  await multipart.abort({ key, uploadId })
  return null
}
