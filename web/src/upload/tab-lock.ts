// Keeps two tabs from sending the same file at the same time, by the browser's own locks. Where there are none, or the browser refuses
// them to a page that may store nothing, both send: the store takes each part from whoever is last, and no harm is done.

const prefix = 'millrace upload '

/** Resolves to how to let go, or null when another tab has it. A closed or crashed tab lets go by itself. */
export async function claimUpload(fingerprint: string): Promise<(() => void) | null> {
  if (!('locks' in navigator)) return () => {}
  const { promise: claimed, resolve } = Promise.withResolvers<(() => void) | null>()
  navigator.locks
    .request(prefix + fingerprint, { ifAvailable: true }, lock => {
      if (!lock) return resolve(null)
      const held = Promise.withResolvers<void>()
      resolve(held.resolve)
      return held.promise
    })
    .catch(() => resolve(() => {}))
  return claimed
}

/** Fingerprints of the uploads other tabs, or this one, are at. */
export async function claimedUploads(): Promise<Set<string>> {
  if (!('locks' in navigator)) return new Set()
  const { held = [] } = await navigator.locks.query().catch(() => ({ held: [] }))
  const names = held.map(({ name = '' }) => name).filter(name => name.startsWith(prefix))
  return new Set(names.map(name => name.slice(prefix.length)))
}
