// Looks at a file before a byte of it is sent: whether it can be a video at all, how long it is and how large its picture. Loaded when
// the first file is chosen. What it refuses may be sent all the same: the server's word counts.
import { MillraceError } from '#domain/errors.ts'
import { maxSourceBytes } from '#domain/parts.ts'
import { sniffContainer, sniffedBytes } from '#domain/sniff.ts'
import { Problem } from '../api/problem.ts'
import { formatBytes } from '../look/format.ts'
import { strings } from '../strings.ts'
import type { MediaFacts } from './job.ts'
import { readTrouble } from './read-trouble.ts'
import type { SourceFile } from './send-parts.ts'

/** What is wrong with the file, or null. */
export async function inspectFile(file: SourceFile): Promise<Problem | null> {
  if (file.size === 0) return new Problem('source-empty')
  if (file.size > maxSourceBytes) {
    const message = strings.upload.tooLarge(formatBytes(file.size), formatBytes(maxSourceBytes))
    return new Problem('source-too-large', { message })
  }
  try {
    sniffContainer(new Uint8Array(await file.slice(0, sniffedBytes).arrayBuffer()))
    return null
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) return readTrouble(thrown)
    const { code, message } = thrown
    return new Problem(code, { message: strings.errors[code] ?? message })
  }
}

const patienceMs = 2_000

/** What the browser itself can read of the file; null of one it cannot play, or not soon enough. */
export async function readFacts(file: Blob): Promise<MediaFacts | null> {
  const url = URL.createObjectURL(file)
  const video = document.createElement('video')
  const { promise, resolve } = Promise.withResolvers<MediaFacts | null>()
  const timer = setTimeout(() => resolve(null), patienceMs)
  video.preload = 'metadata'
  video.muted = true
  video.onloadedmetadata = () => {
    const { duration, videoWidth: width, videoHeight: height } = video
    resolve({ durationSeconds: Number.isFinite(duration) ? duration : null, width, height })
  }
  video.onerror = () => resolve(null)
  video.src = url
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    video.removeAttribute('src')
    video.load()
    URL.revokeObjectURL(url)
  }
}
