// Remembers, past a reload, which uploads were begun and not finished: the page asks for the file again, and only what is missing
// goes. Facts only, never content.
import { type ReadonlySignal, signal } from '@preact/signals'
import { fileFingerprint } from '#domain/parts.ts'
import { recall, remember, type Store } from '../memory.ts'

export interface Unfinished {
  videoId: string
  name: string
  sizeBytes: number
  fingerprint: string
  /** Bytes the store held when last heard of. */
  sentBytes: number
  /** Epoch milliseconds. */
  begunAt: number
}

export type UnfinishedList = ReturnType<typeof createUnfinishedList>

const key = 'unfinished'
/** The server keeps an unfinished upload for a week. */
const keptMs = 7 * 24 * 3600 * 1000
const mostEntries = 50

export function createUnfinishedList(store: Store, now: () => number) {
  function read(): Unfinished[] {
    const stored = recall(store, key)
    const entries = Array.isArray(stored) ? stored.filter(isUnfinished) : []
    return entries.filter(entry => entry.begunAt > now() - keptMs)
  }

  const list = signal<readonly Unfinished[]>(read())

  function write(entries: Unfinished[]) {
    list.value = entries
    // A full or forbidden storage costs the reminder, not the upload: the server knows the fingerprint.
    remember(store, key, entries.slice(0, mostEntries))
  }

  return {
    list: list as ReadonlySignal<readonly Unfinished[]>,
    remember(
      videoId: string,
      file: { name: string; size: number; lastModified: number },
      sentBytes: number,
    ) {
      const before = read()
      const begunAt = before.find(entry => entry.videoId === videoId)?.begunAt ?? now()
      const rest = before.filter(entry => entry.videoId !== videoId)
      const fingerprint = fileFingerprint(file)
      const { name, size: sizeBytes } = file
      write([{ videoId, name, sizeBytes, fingerprint, sentBytes, begunAt }, ...rest])
    },
    /** Reads what other tabs have begun, finished or given up meanwhile. */
    readAgain() {
      list.value = read()
    },
    forget(videoId: string) {
      write(read().filter(entry => entry.videoId !== videoId))
    },
  }
}

function isUnfinished(value: unknown): value is Unfinished {
  if (typeof value !== 'object' || value === null) return false
  const entry = value as Record<keyof Unfinished, unknown>
  const texts = [entry.videoId, entry.name, entry.fingerprint]
  const numbers = [entry.sizeBytes, entry.sentBytes, entry.begunAt]
  return texts.every(text => typeof text === 'string') && numbers.every(Number.isFinite)
}
