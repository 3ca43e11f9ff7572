// What this browser keeps of a viewer's ways, in its own storage. A storage that is forbidden, full or holds something foreign is as
// if it were empty.

export type Store = Pick<Storage, 'getItem' | 'setItem'>

const nothing: Store = { getItem: () => null, setItem: () => {} }

/** Browsers throw at the very mention of a storage that is forbidden. */
export function browserStore(): Store {
  try {
    return localStorage
  } catch {
    return nothing
  }
}

export function recall(store: Store, key: string): unknown {
  try {
    return JSON.parse(store.getItem(`millrace.${key}`) ?? 'null')
  } catch {
    return null
  }
}

export function remember(store: Store, key: string, value: unknown): void {
  try {
    store.setItem(`millrace.${key}`, JSON.stringify(value))
  } catch {
    // Then it is asked again next time.
  }
}

/** The entries of a kept object, or none. */
export function recallEntries(store: Store, key: string): [string, unknown][] {
  const kept = recall(store, key)
  return typeof kept === 'object' && kept !== null && !Array.isArray(kept)
    ? Object.entries(kept)
    : []
}
