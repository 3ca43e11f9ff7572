// Sends one part straight to the store. XMLHttpRequest, because fetch still cannot say how much of a body has left.
import { Problem } from '../api/problem.ts'

/** Resolves to the part's ETag, or null when the store's CORS rules do not show it. */
export type SendPart = (
  url: string,
  body: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<string | null>

/** A connection that moves nothing for so long is dead: it is cut and tried again. */
const stalledAfterMs = 45_000
/** Before its first byte a part may only be waiting: the browser's connections to a host are shared with other tabs. */
const stalledAtFirstMs = 120_000
const lookEveryMs = 5_000

export const sendPart: SendPart = (url, body, onSent, signal) => {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>()
  const xhr = new XMLHttpRequest()
  // By the clock on the wall: after a laptop's sleep what stood still since before is dead at the first look.
  let movedAt = Date.now()
  let patienceMs = stalledAtFirstMs
  const watchdog = setInterval(() => {
    if (Date.now() - movedAt < patienceMs) return
    xhr.abort()
    reject(new Problem('network'))
  }, lookEveryMs)
  const abort = () => {
    xhr.abort()
    reject(signal.reason)
  }
  xhr.open('PUT', url)
  xhr.upload.onprogress = event => {
    movedAt = Date.now()
    patienceMs = stalledAfterMs
    onSent(event.loaded)
  }
  xhr.onload = () => {
    if (xhr.status >= 200 && xhr.status < 300) resolve(xhr.getResponseHeader('etag'))
    else reject(readRefusal(xhr.status, xhr.responseText))
  }
  xhr.onerror = () => reject(new Problem('network'))
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  else xhr.send(body)
  return promise.finally(() => {
    clearInterval(watchdog)
    signal.removeEventListener('abort', abort)
  })
}

/** What S3 and its kin say when there is no room: MinIO, Ceph and Garage each in a word of their own. */
const full = /<Code>[^<]*(StorageFull|InsufficientStorage|InsufficientCapacity|QuotaExceeded)/i

/** A store's refusal by its status and its XML. */
export function readRefusal(status: number, body: string): Problem {
  return new Problem(status === 507 || full.test(body) ? 'store-full' : 'store-refused', { status })
}
