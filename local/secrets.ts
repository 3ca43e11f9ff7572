// Makes this machine's secrets once and keeps them, readable by their owner alone.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { MillraceError } from '#domain/errors.ts'
import { AccessKeys, createAccessKey } from '#platform/access-tokens.ts'

const schema = z.object({
  /** Signs playback links: another one, and every link out there ends. */
  playbackSecret: z.string().check(z.minLength(43)),
  /** Of the emulator. Its shape is that of AWS, which some clients check. */
  accessKeyId: z.string().check(z.regex(/^AKIA[A-Z2-7]{16}$/)),
  secretAccessKey: z.string().check(z.minLength(40)),
})

export type Secrets = z.infer<typeof schema>

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function makeSecrets(): Secrets {
  const letters = Array.from(randomBytes(16), byte => base32[byte % 32])
  return {
    playbackSecret: randomBytes(32).toString('base64url'),
    accessKeyId: `AKIA${letters.join('')}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  }
}

/** The secrets in a folder, made there if there are none. @throws MillraceError `configuration-wrong` when they are damaged. */
export const keepSecrets = (folder: string): Promise<Secrets> =>
  keep(folder, { name: 'secrets.json', schema, make: makeSecrets, end: 'old playback links' })

/** What access tokens are signed with, in a file of its own. @throws MillraceError `configuration-wrong` */
export const keepAccessKeys = (folder: string): Promise<AccessKeys> =>
  keep(folder, {
    name: 'access-keys.json',
    schema: AccessKeys,
    make: async () => ({ current: await createAccessKey(), previous: null }),
    end: 'all sign-ins',
  })

/** What encrypts the secrets of second factors. @throws MillraceError `configuration-wrong` */
export async function keepSecondFactorKey(folder: string): Promise<Uint8Array> {
  const { key } = await keep(folder, {
    name: 'second-factor-key.json',
    schema: z.object({ key: z.string().check(z.regex(/^[\w-]{43}$/)) }),
    make: () => ({ key: randomBytes(32).toString('base64url') }),
    end: 'codes of authenticator apps',
  })
  return Buffer.from(key, 'base64url')
}

/** 80 bits in letters that a person can type. */
export function createAdminCode(): string {
  const letters = Array.from(randomBytes(16), byte => base32[byte % 32])
    .join('')
    .toLowerCase()
  return (letters.match(/.{4}/g) ?? []).join('-')
}

interface Kept<T> {
  name: string
  schema: z.ZodMiniType<T>
  make(): T | Promise<T>
  /** What ends with it. */
  end: string
}

async function keep<T>(folder: string, { name, schema, make, end }: Kept<T>): Promise<T> {
  const file = join(folder, name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const made = !existsSync(file) && (await writeOnce(file, JSON.stringify(await make(), null, 2)))
  // A copy of the folder may have come with other rights.
  if (!made) await chmod(file, 0o600)
  const { success, data } = z.safeParse(schema, parse(await readFile(file, 'utf8')))
  if (!success) {
    throw new MillraceError('configuration-wrong', {
      message: `${file} is damaged: restore it, or delete it to get new secrets (${end} then end).`,
    })
  }
  return data
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isThere = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST'

/** Whole or not at all, and never over what is there: written aside, then linked. False when there was a file. */
async function writeOnce(file: string, text: string): Promise<boolean> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(aside, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
    await link(aside, file).catch(thrown => {
      if (isThere(thrown)) throw thrown
      // A file system without hard links.
      return rename(aside, file)
    })
    return true
  } catch (thrown) {
    if (isThere(thrown)) return false
    throw thrown
  } finally {
    await handle.close()
    await rm(aside, { force: true })
  }
}
