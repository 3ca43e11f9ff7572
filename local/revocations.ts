// Videos whose links have ended before their time: kept in a file, so that a restart opens nothing again.
import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { noEpoch, type Revocation, revocationFrom, strictest } from '#domain/revocation.ts'

export interface Revocations {
  /** Video id → the lowest epoch whose links still open that video. */
  current(): Readonly<Record<string, number>>
  /** Ends links of lower epochs; without one, all. Resolves once that is written down. */
  revoke(videoId: string, epoch?: number): Promise<void>
}

const nonNegative = z.number().check(z.nonnegative())
const schema = z.record(z.string(), z.object({ lowestEpoch: nonNegative, until: nonNegative }))

/** @param now epoch seconds */
export async function openRevocations(folder: string, now: () => number): Promise<Revocations> {
  const file = join(folder, 'revoked.json')
  const revoked = new Map(Object.entries(await read(file)))
  let writing = Promise.resolve()

  const current = () => {
    // What has ended by itself needs no entry.
    for (const [videoId, { until }] of revoked) if (until <= now()) revoked.delete(videoId)
    return [...revoked]
  }

  return {
    current: () =>
      Object.fromEntries(current().map(([videoId, { lowestEpoch }]) => [videoId, lowestEpoch])),
    async revoke(videoId, epoch = noEpoch) {
      const held = revoked.get(videoId) ?? null
      revoked.set(videoId, strictest(revocationFrom(epoch, now()), held))
      // One after the other, each with all that is known by then.
      const write = () => replace(file, JSON.stringify(Object.fromEntries(current())))
      writing = writing.then(write, write)
      await writing
    },
  }
}

async function read(file: string): Promise<Record<string, Revocation>> {
  try {
    const { success, data } = z.safeParse(schema, JSON.parse(await readFile(file, 'utf8')))
    return success ? data : {}
  } catch {
    // None yet. It is replaced whole, so a damaged one is nobody's but whoever wrote into it.
    return {}
  }
}

/** Whole or not at all. */
async function replace(file: string, text: string): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(aside, text, { mode: 0o600 })
  await rename(aside, file)
}
