// Fetches a source from a public website into the store. Where a try ended, the next goes on by a range of the very same file; where
// that can't be told, or the website has none, all of it anew into an upload of its own. Nothing is logged of the address.
import type { IncomingMessage } from 'node:http'
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import { importRefused } from '#domain/import-refused.ts'
import type { Meta } from '#domain/item.ts'
import { sniffedBytes } from '#domain/sniff.ts'
import type { ImportTask } from '#domain/task.ts'
import { importMaxSeconds } from '#domain/timing.ts'
import type { HeldPart } from '#platform/multipart.ts'
import { startProcessing } from '#platform/start-processing.ts'
import type { Completion } from '#platform/tasks.ts'
import {
  type ImportAnswer,
  importHeaders,
  readImportAnswer,
  refuseUnlessMedia,
} from './import-answer.ts'
import { createImportCounter } from './import-counter.ts'
import { createPartSender } from './import-parts.ts'
import { piecesOf } from './import-pieces.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

type Run = TaskRun<ImportTask>

/** What the record says of an import, and what of it the store holds from the beginning on without a gap. */
interface Standing {
  meta: Meta
  upload: { key: string; uploadId: string }
  partBytes: number
  fetched: NonNullable<Meta['import']>
  parts: HeldPart[]
}

const done: Completion = { chunks: [], counted: false }
const bytesOf = (parts: readonly HeldPart[]) => parts.reduce((sum, { size }) => sum + size, 0)

export async function importSource(deps: WorkerDeps, run: Run): Promise<Completion> {
  let most = 0
  let failure: MillraceError | null = null
  for (;;) {
    const standing = await stand(deps, run)
    if (!standing) return done
    // A website that breaks off now and then is asked as long as it brings something new each time.
    if (failure && standing.parts.length <= most) throw failure
    most = standing.parts.length
    try {
      await fetchRest(deps, run, standing)
      return done
    } catch (thrown) {
      failure = toMillraceError(thrown)
      if (failure.code !== 'import-unreachable' || run.signal.aborted) throw thrown
      run.log.info('the website broke off', {
        bytes: bytesOf(standing.parts),
        detail: failure.detail,
      })
    }
  }
}

/** Null when the whole of it is in the store already. */
async function stand(deps: WorkerDeps, run: Run): Promise<Standing | null> {
  const meta = await deps.videos.get(run.task.videoId)
  const { key, uploadId, partBytes, sizeBytes } = meta?.source ?? {}
  if (meta?.state !== 'uploading' || !meta.import || !key || !uploadId || !partBytes) {
    throw new MillraceError('lease-lost')
  }
  const fetched = { startedAt: deps.now(), ...meta.import }
  const upload = { key, uploadId }
  const held = await deps.multipart.listParts(upload)
  if (!held && sizeBytes && (await deps.source.head(key))?.sizeBytes === sizeBytes) return null
  const standing = { meta, upload, partBytes, fetched, parts: [] }
  if (!held || fetched.validator === undefined) {
    // Not the first try: what an earlier one sent, or still sends, must never stand among the parts of this one.
    return meta.import.startedAt === undefined && held?.length === 0
      ? standing
      : anew(deps, standing)
  }
  const gap = held.findIndex(
    ({ partNumber, size }, index) => partNumber !== index + 1 || size !== partBytes,
  )
  const parts = gap < 0 ? held : held.slice(0, gap)
  const last = gap < 0 ? undefined : held[gap]
  const isEnd =
    last?.partNumber === gap + 1 && bytesOf(parts) + last.size === (fetched.totalBytes ?? -1)
  return { ...standing, parts: isEnd ? [...parts, last] : parts }
}

/** An upload of its own. Nothing is sent to it before the record names it. */
async function anew(deps: WorkerDeps, standing: Standing): Promise<Standing> {
  const { meta, upload, fetched } = standing
  const { key } = upload
  const uploadId = await deps.multipart.create(key, 'application/octet-stream')
  const source = { ...meta.source, uploadId, sizeBytes: 0 }
  const { url, startedAt = deps.now() } = fetched
  const begun = { url, startedAt, receivedBytes: 0 }
  const changed = { source, import: begun }
  if (!(await deps.videos.changeUpload(meta.videoId, upload.uploadId, changed))) {
    await deps.multipart.abort({ key, uploadId })
    throw new MillraceError('lease-lost')
  }
  await deps.multipart.abort(upload)
  const renewed = { ...meta, ...changed }
  return { ...standing, meta: renewed, upload: { key, uploadId }, fetched: begun, parts: [] }
}

async function fetchRest(deps: WorkerDeps, run: Run, standing: Standing): Promise<void> {
  const { fetched, parts } = standing
  const { startedAt = deps.now() } = fetched
  const left = Math.max(0, startedAt + importMaxSeconds - deps.now())
  const late = AbortSignal.timeout(Math.ceil(left * 1000))
  const signal = AbortSignal.any([run.signal, late])
  try {
    const isWhole = parts.length > 0 && bytesOf(parts) === fetched.totalBytes
    await join(deps, run, isWhole ? standing : await receive(deps, run, standing, signal))
  } catch (thrown) {
    if (!late.aborted || run.signal.aborted) throw thrown
    throw importRefused('too-slow')
  }
}

async function ask(
  { fetchPublic, limits }: WorkerDeps,
  { fetched, parts }: Standing,
  signal: AbortSignal,
): Promise<{ response: IncomingMessage; answer: ImportAnswer }> {
  const { validator = null, totalBytes = null } = fetched
  for (const from of new Set([bytesOf(parts), 0])) {
    const wanted = { from, validator, totalBytes, maxBytes: limits.maxBytes }
    const headers = importHeaders(wanted)
    const { response } = await fetchPublic(new URL(fetched.url), { headers, signal })
    try {
      const answer = readImportAnswer(response.statusCode ?? 0, response.headers, wanted)
      if (answer !== 'ask-anew') return { response, answer }
      response.destroy()
    } catch (thrown) {
      response.destroy()
      throw thrown
    }
  }
  throw new MillraceError('import-unreachable')
}

/** Everything that is missing, into the store. */
async function receive(
  deps: WorkerDeps,
  run: Run,
  before: Standing,
  signal: AbortSignal,
): Promise<Standing> {
  const { response, answer } = await ask(deps, before, signal)
  try {
    const isAnew = answer.from === 0 && before.fetched.validator !== undefined
    const standing = isAnew ? await anew(deps, before) : before
    const { url, startedAt } = standing.fetched
    const { from, totalBytes, validator } = answer
    const fetched: Standing['fetched'] = {
      ...{ url, receivedBytes: from },
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(totalBytes === null ? {} : { totalBytes }),
      ...(validator === null ? {} : { validator }),
    }
    return await stream(deps, run, { ...standing, fetched }, response)
  } finally {
    response.destroy()
  }
}

async function stream(
  deps: WorkerDeps,
  run: Run,
  standing: Standing,
  response: IncomingMessage,
): Promise<Standing> {
  const { upload, partBytes, fetched, parts } = standing
  const sent: HeldPart[] = [...parts]
  const sender = createPartSender({
    partBytes,
    first: parts.length + 1,
    async send(partNumber, body) {
      const part = await deps.multipart.sendPart(upload, partNumber, body)
      if (!part) throw new MillraceError('lease-lost')
      sent.push(part)
      await deps.fault('partly-sent', run.task)
    },
  })
  const received = createImportCounter(deps, standing)
  const contentType = response.headers['content-type']
  let head: Buffer | null = parts.length === 0 ? Buffer.alloc(0) : null
  await received.begin()
  try {
    for await (const piece of piecesOf(response, deps)) {
      received.add(piece.byteLength)
      if (head) {
        // Nothing is sent before it is known to be a film.
        head = Buffer.concat([head, piece])
        if (head.byteLength < sniffedBytes) continue
        refuseUnlessMedia(head, contentType)
        await sender.write(head)
        head = null
      } else await sender.write(piece)
      await received.reportNowAndThen()
    }
    await received.end()
    if (head) {
      refuseUnlessMedia(head, contentType)
      await sender.write(head)
    }
    await sender.end()
  } catch (thrown) {
    await sender.settled()
    await abortUnlessOurs(deps, standing)
    throw thrown
  }
  sent.sort((a, b) => a.partNumber - b.partNumber)
  const totalBytes = bytesOf(sent)
  return {
    ...standing,
    parts: sent,
    fetched: { ...fetched, receivedBytes: totalBytes, totalBytes },
  }
}

/** How large it is stands in the record before the object is there: whoever hears of the object knows it as whole. */
async function join(deps: WorkerDeps, run: Run, standing: Standing): Promise<void> {
  const { meta, upload, parts, fetched } = standing
  const sizeBytes = bytesOf(parts)
  const changed = { source: { ...meta.source, sizeBytes }, import: fetched }
  if (!(await deps.videos.changeUpload(meta.videoId, upload.uploadId, changed)))
    throw new MillraceError('lease-lost')
  const joined = await deps.multipart.complete(upload, parts)
  await deps.fault('uploaded', run.task)
  if (joined === 'done') return
  const object = joined === 'unknown-upload' ? await deps.source.head(upload.key) : null
  // A part that was replaced meanwhile: listed again, all of them are what they are.
  if (object?.sizeBytes !== sizeBytes)
    throw new MillraceError('store-unavailable', { detail: joined })
}

/** What a deleted or failed video, or an import begun anew, has left: also parts that arrived after it was aborted. */
async function abortUnlessOurs(deps: WorkerDeps, { meta, upload }: Standing): Promise<void> {
  const current = await deps.videos.get(meta.videoId)
  const isOurs = current?.state === 'uploading' && current.source.uploadId === upload.uploadId
  if (!isOurs) await deps.multipart.abort(upload)
}

/** What an import that is over owes, however it ended. May be done any number of times. */
export async function settleImport(deps: WorkerDeps, { videoId }: ImportTask): Promise<void> {
  const meta = await deps.videos.get(videoId)
  if (!meta) return
  const { key, uploadId } = meta.source
  if (meta.state === 'uploading' || meta.state === 'queued') await startProcessing(deps, meta)
  else if (uploadId) await deps.multipart.abort({ key, uploadId })
}
