// Reads what a person may set for a run on one machine, and says in one sentence what is wrong with it.
import { resolve } from 'node:path'
import * as z from 'zod/mini'
import { type Quota, type Registration, registrations, toEmail } from '#domain/account.ts'
import { MillraceError } from '#domain/errors.ts'
import { readDefaultQuota } from '#platform/quota.ts'

export interface Settings {
  /** 0: any free port. */
  port: number
  host: string
  /** Absolute. */
  stateFolder: string
  /** Another object store than the emulator's; null: the emulator's. */
  store: StoreSettings | null
  buckets: { source: string; media: string }
  /** False: whoever reaches the portal owns everything. */
  accounts: boolean
  registration: Registration
  /** Of users whose quota no admin has set. */
  defaultQuota: Quota
  /** Makes the first admin; null: one is made up and said at the start. */
  adminCode: string | null
  /** Whom a way back into their account is made for, at the start: an address; null: nobody. */
  wayBack: string | null
}

export interface StoreSettings {
  endpoint: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  forcePathStyle: boolean
}

const text = z.string().check(z.trim(), z.minLength(1))

const schema = z.object({
  PORT: z._default(
    z.string().check(
      z.regex(/^\d{1,5}$/),
      z.refine(value => Number(value) <= 65_535),
    ),
    '8080',
  ),
  HOST: z._default(z.string().check(z.regex(/^[\w.:-]+$/)), '127.0.0.1'),
  MILLRACE_STATE: z._default(text, '.millrace/state'),
  ACCOUNTS: z._default(z.enum(['on', 'off']), 'on'),
  REGISTRATION: z._default(z.enum(registrations), 'invited'),
  ADMIN_CODE: z.optional(z.string().check(z.minLength(16), z.maxLength(200))),
  WAY_BACK: z.optional(z.string().check(z.maxLength(300))),
  S3_ENDPOINT: z.optional(z.url({ protocol: /^https?$/ })),
  S3_REGION: z._default(text, 'us-east-1'),
  S3_ACCESS_KEY_ID: z.optional(text),
  S3_SECRET_ACCESS_KEY: z.optional(text),
  S3_FORCE_PATH_STYLE: z._default(z.enum(['true', 'false']), 'true'),
  // S3: «Bucket names must be between 3 and 63 characters», lower case, digits, dots and hyphens.
  SOURCE_BUCKET: z._default(
    z.string().check(z.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)),
    'millrace-source',
  ),
  MEDIA_BUCKET: z._default(
    z.string().check(z.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)),
    'millrace-media',
  ),
})

const expected: Readonly<Record<string, string>> = {
  PORT: 'a port number from 0 to 65535',
  HOST: 'an address of this machine, such as 127.0.0.1 or 0.0.0.0',
  MILLRACE_STATE: 'a folder',
  ACCOUNTS: 'on or off',
  REGISTRATION: 'open, invited or off',
  ADMIN_CODE: 'a text of at least 16 characters',
  WAY_BACK: 'the e-mail address of somebody who has an account here',
  S3_ENDPOINT: 'an address such as https://s3.example.com',
  S3_REGION: 'a region such as us-east-1',
  S3_ACCESS_KEY_ID: 'a key',
  S3_SECRET_ACCESS_KEY: 'a key',
  S3_FORCE_PATH_STYLE: 'true or false',
  SOURCE_BUCKET: 'a bucket name of 3 to 63 small letters, digits, dots and hyphens',
  MEDIA_BUCKET: 'a bucket name of 3 to 63 small letters, digits, dots and hyphens',
}

const wrong = (message: string) => new MillraceError('configuration-wrong', { message })

/** Empty variables count as not set. @throws MillraceError `configuration-wrong`: one sentence, without the value. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value))
  const { success, data, error } = z.safeParse(schema, given)
  if (!success) {
    const name = String(error.issues[0]?.path[0])
    throw wrong(`Set ${name} to ${expected[name] ?? 'another value'}, or leave it out.`)
  }
  if (data.SOURCE_BUCKET === data.MEDIA_BUCKET) {
    throw wrong('Set SOURCE_BUCKET and MEDIA_BUCKET to two different names.')
  }
  return {
    port: Number(data.PORT),
    host: data.HOST,
    stateFolder: resolve(folder, data.MILLRACE_STATE),
    store: readStore(data),
    buckets: { source: data.SOURCE_BUCKET, media: data.MEDIA_BUCKET },
    accounts: data.ACCOUNTS === 'on',
    registration: data.REGISTRATION,
    defaultQuota: readDefaultQuota(env),
    adminCode: data.ADMIN_CODE ?? null,
    wayBack: data.WAY_BACK === undefined ? null : (toEmail(data.WAY_BACK) ?? ''),
  }
}

function readStore(data: z.infer<typeof schema>): StoreSettings | null {
  const { S3_ENDPOINT: endpoint, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = data
  if (!endpoint) {
    if (!S3_ACCESS_KEY_ID && !S3_SECRET_ACCESS_KEY) return null
    throw wrong('Set S3_ENDPOINT, too: without it the keys of an object store are of no use.')
  }
  if (!S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) {
    throw wrong('Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, too: S3_ENDPOINT needs both.')
  }
  return {
    endpoint: endpoint.replace(/\/+$/, ''),
    region: data.S3_REGION,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
    forcePathStyle: data.S3_FORCE_PATH_STYLE === 'true',
  }
}
