// Keeps signed part addresses ready a little ahead of the sending, so that no part waits for a signature and none goes stale.
import type { SignedPart } from '../api/client.ts'
import { Problem } from '../api/problem.ts'

/** Addresses asked for in one call: few enough that they are used long before they expire, on a slow line too. */
const batchSize = 16
/** As many as go at once at most: with fewer in stock, the next batch is asked for while parts are still on their way. */
const leastInStock = 8

export interface Signer {
  urlFor(partNumber: number): Promise<string>
  /** Forgets an address: the store refused it, or has the part. */
  drop(partNumber: number): void
}

/** `partNumbers`: what will be sent, in order. `sign` may be asked for up to 16 numbers at a time. */
export function createSigner(
  partNumbers: readonly number[],
  sign: (partNumbers: number[]) => Promise<SignedPart[]>,
): Signer {
  const urls = new Map<number, string>()
  const pending = new Map<number, Promise<void>>()
  const unused = new Set(partNumbers)

  function runsLow(): boolean {
    let inStock = 0
    for (const partNumber of unused) {
      if (!urls.has(partNumber) && !pending.has(partNumber)) return true
      inStock += 1
      if (inStock === leastInStock) return false
    }
    return false
  }

  function ask(first?: number): Promise<void> {
    const wanted = first === undefined ? [] : [first]
    for (const partNumber of unused) {
      if (wanted.length >= batchSize) break
      if (partNumber !== first && !urls.has(partNumber) && !pending.has(partNumber)) {
        wanted.push(partNumber)
      }
    }
    if (wanted.length === 0) return Promise.resolve()
    const answer = sign(wanted)
      .then(parts => {
        for (const { partNumber, url } of parts) urls.set(partNumber, url)
      })
      .finally(() => {
        for (const partNumber of wanted) pending.delete(partNumber)
      })
    for (const partNumber of wanted) pending.set(partNumber, answer)
    return answer
  }

  return {
    async urlFor(partNumber) {
      if (!urls.has(partNumber)) await (pending.get(partNumber) ?? ask(partNumber))
      const url = urls.get(partNumber)
      if (url === undefined) throw new Problem('internal')
      unused.delete(partNumber)
      // A refill that fails is no harm: the part that needs the address asks again and speaks then.
      if (runsLow()) ask().catch(() => {})
      return url
    },
    drop(partNumber) {
      urls.delete(partNumber)
    },
  }
}
