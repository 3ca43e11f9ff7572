// What this browser keeps of a person's choices and ways, in its own storage. A storage that is forbidden, full or holds something foreign is as
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

export function recallText(store: Store, key: string): string | null {
  try {
    return store.getItem(`millrace.${key}`)
  } catch {
    return null
  }
}

export function rememberText(store: Store, key: string, text: string): void {
  try {
    store.setItem(`millrace.${key}`, text)
  } catch {
    // Then it holds for this visit.
  }
}

export function recall(store: Store, key: string): unknown {
  try {
    return JSON.parse(recallText(store, key) ?? 'null')
  } catch {
    return null
  }
}

export const remember = (store: Store, key: string, value: unknown): void =>
  rememberText(store, key, JSON.stringify(value))

/** The entries of a kept object, or none. */
export function recallEntries(store: Store, key: string): [string, unknown][] {
  const kept = recall(store, key)
  return typeof kept === 'object' && kept !== null && !Array.isArray(kept)
    ? Object.entries(kept)
    : []
}
