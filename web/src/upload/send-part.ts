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

export const sendPart: SendPart = (url, body, onSent, signal) => {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>()
  const xhr = new XMLHttpRequest()
  let watchdog = 0
  const cut = () => {
    xhr.abort()
    reject(new Problem('network'))
  }
  const feed = (ms: number) => {
    clearTimeout(watchdog)
    watchdog = window.setTimeout(cut, ms)
  }
  const abort = () => {
    xhr.abort()
    reject(signal.reason)
  }
  xhr.open('PUT', url)
  xhr.upload.onprogress = event => {
    feed(stalledAfterMs)
    onSent(event.loaded)
  }
  xhr.onload = () => {
    if (xhr.status >= 200 && xhr.status < 300) resolve(xhr.getResponseHeader('etag'))
    else reject(new Problem('store-refused', { status: xhr.status }))
  }
  xhr.onerror = () => reject(new Problem('network'))
  // A connection without a network under it would only be noticed when it stalls.
  window.addEventListener('offline', cut)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  else {
    feed(stalledAtFirstMs)
    xhr.send(body)
  }
  return promise.finally(() => {
    clearTimeout(watchdog)
    window.removeEventListener('offline', cut)
    signal.removeEventListener('abort', abort)
  })
}
