// Videos whose links have ended before their time: kept in a file, so that a restart opens nothing again.
import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { defaultLimits } from '#domain/limits.ts'
import { tokenExpiry } from '#domain/timing.ts'

export interface Revocations {
  /** Video id → epoch seconds: links which end then or earlier are refused. */
  current(): Readonly<Record<string, number>>
  /** Every link of the video that may be out there. Resolves once that is written down. */
  revoke(videoId: string): Promise<void>
}

const schema = z.record(z.string(), z.number())

/** @param now epoch seconds */
export async function openRevocations(folder: string, now: () => number): Promise<Revocations> {
  const file = join(folder, 'revoked.json')
  const revoked = new Map(Object.entries(await read(file)))
  let writing = Promise.resolve()

  const current = () => {
    // What has ended by itself needs no entry.
    for (const [videoId, until] of revoked) if (until <= now()) revoked.delete(videoId)
    return Object.fromEntries(revoked)
  }

  return {
    current,
    async revoke(videoId) {
      revoked.set(videoId, tokenExpiry(now(), defaultLimits.maxDurationSeconds))
      // One after the other, each with all that is known by then.
      const write = () => replace(file, JSON.stringify(current()))
      writing = writing.then(write, write)
      await writing
    },
  }
}

async function read(file: string): Promise<Record<string, number>> {
  try {
    const { success, data } = z.safeParse(schema, JSON.parse(await readFile(file, 'utf8')))
    return success ? data : {}
  } catch {
    // None yet. A damaged one protects what is being deleted anyway.
    return {}
  }
}

/** Whole or not at all. */
async function replace(file: string, text: string): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(aside, text, { mode: 0o600 })
  await rename(aside, file)
}
