// Keeps the gate's keys: the secrets of playback links in their store and at the gate, written by nobody else, and the end of a
// video's links. The gate learns a secret before anything is signed with it.
import { randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import { MillraceError } from '#domain/errors.ts'
import { videoPrefix } from '#domain/keys.ts'
import {
  gateSecretsKey,
  type PlaybackSecret,
  playbackSecretLength,
} from '#domain/playback-secret.ts'
import {
  noEpoch,
  readRevocation,
  revocationFrom,
  strictest,
  writeRevocation,
} from '#domain/revocation.ts'
import { isVideoId } from '#domain/video.ts'
import type { Log } from '#platform/log.ts'
import { type KeyStore, maxBatch } from './key-store.ts'

export interface GateKeysDeps {
  /** Null where the gate's secret stands in its code: then links end when the objects are gone. */
  keys: KeyStore | null
  secret: { read(): Promise<PlaybackSecret>; write(secret: PlaybackSecret): Promise<void> }
  /** What the edge keeps below a path is dropped. */
  invalidate(path: string): Promise<void>
  /** Epoch seconds. */
  now(): number
  log: Log
}

const videoId = z.string().check(z.refine(isVideoId))

/** What the function is asked for, but by CloudFormation. */
export const Order = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('revoke'),
    videoId,
    /** Links of lower epochs end; without it, all do. */
    epoch: z.optional(z.int().check(z.nonnegative())),
  }),
  z.object({
    kind: z.literal('revoke-all'),
    videoIds: z.array(videoId).check(z.minLength(1), z.maxLength(maxBatch)),
  }),
  z.object({ kind: z.literal('rotate') }),
])
export type Order = z.infer<typeof Order>

/** From so many names on, those whose time is over are removed. CloudFront: «5 MB» a store, some 100,000 names. */
const tidyFrom = 1000

/** The gate knows what the functions sign with. */
export async function sync({ keys, secret }: Pick<GateKeysDeps, 'keys' | 'secret'>): Promise<void> {
  const text = secretsOf(await secret.read())
  await keys?.put(gateSecretsKey, () => text)
}

const secretsOf = ({ current, previous }: PlaybackSecret) =>
  JSON.stringify(previous ? [current, previous] : [current])

/** @throws MillraceError `bad-request` for an order of no known form */
export function readOrder(event: unknown): Order {
  const parsed = Order.safeParse(event)
  if (parsed.success) return parsed.data
  throw new MillraceError('bad-request', { detail: z.prettifyError(parsed.error) })
}

export async function obey(deps: GateKeysDeps, order: Order): Promise<void> {
  if (order.kind === 'rotate') await rotate(deps)
  else if (order.kind === 'revoke-all') await revokeAll(deps, order.videoIds)
  else await revoke(deps, order.videoId, order.epoch ?? noEpoch)
}

/** Links that were signed before still open, until the next rotation. */
async function rotate({ keys, secret, log }: GateKeysDeps): Promise<void> {
  if (!keys) throw new MillraceError('configuration-wrong', { detail: 'the gate has no key store' })
  const { current } = await secret.read()
  const text = randomBytes(playbackSecretLength).toString('base64url')
  const next = { current: text.slice(0, playbackSecretLength), previous: current }
  await keys.put(gateSecretsKey, () => secretsOf(next))
  await secret.write(next)
  log.info('playback secret rotated')
}

/**
 * Of a deleted video what the edge keeps goes too. Of any other it stays: only new links lead to it, and those lead there still.
 * @throws what `invalidate` throws, where nothing but that ends the links
 */
async function revoke(
  { keys, invalidate, now, log }: GateKeysDeps,
  videoId: string,
  epoch: number,
): Promise<void> {
  const ended = revocationFrom(epoch, now())
  const count = await keys?.put(videoId, held =>
    writeRevocation(strictest(ended, held === null ? null : readRevocation(held))),
  )
  if (epoch === noEpoch) {
    await invalidate(`/${videoPrefix(videoId)}*`).catch(thrown => {
      // CloudFront takes 15 of them at a time. Nobody gets past the gate to what it still keeps.
      if (!keys) throw thrown
      log.warn('the edge keeps its copies', { video: videoId, error: String(thrown) })
    })
  } else if (!keys) {
    log.warn('links of before go on: the gate has no key store', { video: videoId, before: epoch })
    return
  }
  log.info('links ended', { video: videoId, ...(epoch === noEpoch ? {} : { before: epoch }) })
  if (keys && count) await tidy(keys, count, now())
}

/**
 * In one write. What the edge keeps of so many stays there: nobody gets past the gate to it, and CloudFront drops 15 at a time, at a
 * price for each.
 */
async function revokeAll(deps: GateKeysDeps, videoIds: readonly string[]): Promise<void> {
  const { keys, now, log } = deps
  if (!keys) {
    for (const videoId of videoIds) await revoke(deps, videoId, noEpoch)
    return
  }
  // Whatever stands there already, nothing is stricter or holds longer.
  const ended = writeRevocation(revocationFrom(noEpoch, now()))
  const count = await keys.putAll(videoIds.map(videoId => [videoId, ended]))
  log.info('links ended', { videos: videoIds.length })
  await tidy(keys, count, now())
}

async function tidy(keys: KeyStore, count: number, now: number): Promise<void> {
  if (count > tidyFrom) await keys.removeWhere(isOver(now))
}

const isOver = (now: number) => (name: string, value: string) =>
  name !== gateSecretsKey && (readRevocation(value)?.until ?? 0) <= now
