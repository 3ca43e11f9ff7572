// Remembers, past a reload, which uploads were begun and not finished: the page asks for the file again, and only what is missing
// goes. Facts only, never content.
import { type ReadonlySignal, signal } from '@preact/signals'
import { fileFingerprint } from '#domain/parts.ts'

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

const key = 'millrace.unfinished'
/** The server keeps an unfinished upload for a week. */
const keptMs = 7 * 24 * 3600 * 1000
const mostEntries = 50

export function createUnfinishedList(
  storage: () => Pick<Storage, 'getItem' | 'setItem'>,
  now: () => number,
) {
  function read(): Unfinished[] {
    try {
      const stored: unknown = JSON.parse(storage().getItem(key) ?? '[]')
      const entries = Array.isArray(stored) ? stored.filter(isUnfinished) : []
      return entries.filter(entry => entry.begunAt > now() - keptMs)
    } catch {
      return []
    }
  }

  const list = signal<readonly Unfinished[]>(read())

  function write(entries: Unfinished[]) {
    list.value = entries
    try {
      storage().setItem(key, JSON.stringify(entries.slice(0, mostEntries)))
    } catch {
      // A full or forbidden storage costs the reminder, not the upload: the server knows the fingerprint.
    }
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
