// Remembers where on the disk an unfinished upload's file lies (Chromium's file handles), so that it goes on with one click after a
// reload. Elsewhere the person chooses the file again. A handle is permission to ask, never content.
import { fileFingerprint } from '#domain/parts.ts'

/** What TypeScript's library does not know of yet. */
interface AskableHandle extends FileSystemFileHandle {
  requestPermission?(options: { mode: 'read' }): Promise<PermissionState>
}

/** Handles of files taken in on this page, until it is known which upload they belong to. */
const fresh = new WeakMap<object, FileSystemFileHandle>()

export function noteHandle(file: object, handle: FileSystemFileHandle) {
  fresh.set(file, handle)
}

const storeName = 'handles'

async function withStore<Result>(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const opening = indexedDB.open('millrace', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName)
  const database = await settled(opening)
  try {
    return await settled(use(database.transaction(storeName, mode).objectStore(storeName)))
  } finally {
    database.close()
  }
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

// A browser without a database (a private window) costs the one click, nothing else: failures are passed over in silence.

export function keepHandle(videoId: string, file: object) {
  const handle = fresh.get(file)
  if (!handle) return
  fresh.delete(file)
  withStore('readwrite', store => store.put(handle, videoId)).catch(() => {})
}

export function dropHandle(videoId: string) {
  withStore('readwrite', store => store.delete(videoId)).catch(() => {})
}

/** All of them. Never rejects. */
export const forgetHandles = (): Promise<unknown> =>
  withStore('readwrite', store => store.clear()).catch(() => {})

/** Ids of the uploads that can go on with one click. */
export async function keptHandles(): Promise<Set<string>> {
  const keys = await withStore('readonly', store => store.getAllKeys()).catch(() => [])
  return new Set(keys.map(String))
}

/** The file of an upload, after asking the person; null when it is gone, changed or not allowed. */
export async function reopenFile(videoId: string, fingerprint: string): Promise<File | null> {
  try {
    const handle: unknown = await withStore('readonly', store => store.get(videoId))
    if (!(handle instanceof FileSystemFileHandle)) return null
    const askable: AskableHandle = handle
    if ((await askable.requestPermission?.({ mode: 'read' })) === 'denied') return null
    const file = await handle.getFile()
    if (fileFingerprint(file) !== fingerprint) return null
    fresh.set(file, handle)
    return file
  } catch {
    return null
  }
}
