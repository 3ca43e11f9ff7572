// Answers for how often somebody may ask: `RateLimit` fields (draft-ietf-httpapi-ratelimit-headers), and 429 once a bucket is empty.
import type { Context } from 'hono'
import { MillraceError } from '#domain/errors.ts'
import type { RateLimit, RateLimits, Taken } from './rate-limits.ts'

const policyOf = ({ name, burst, secondsAToken }: RateLimit) =>
  `"${name}";q=${burst};w=${Math.ceil(burst * secondsAToken)}`

const leftOf = ({ name }: RateLimit, { remaining, waitSeconds }: Taken) =>
  `"${name}";r=${remaining};t=${Math.ceil(waitSeconds)}`

/**
 * Takes one token of each bucket; the fields tell of the scarcest.
 * @throws MillraceError `too-many-requests`
 */
export async function takeTokens(
  c: Context,
  limits: RateLimits,
  buckets: readonly (readonly [RateLimit, string])[],
  now: number,
): Promise<void> {
  const taken = await Promise.all(
    buckets.map(async ([limit, subject]) => ({
      limit,
      taken: await limits.take(limit, subject, now),
    })),
  )
  const [scarcest] = taken.toSorted(
    (a, b) =>
      Number(a.taken.allowed) - Number(b.taken.allowed) ||
      b.taken.waitSeconds - a.taken.waitSeconds ||
      a.taken.remaining - b.taken.remaining,
  )
  if (!scarcest) return
  c.header('ratelimit-policy', policyOf(scarcest.limit))
  c.header('ratelimit', leftOf(scarcest.limit, scarcest.taken))
  if (scarcest.taken.allowed) return
  const seconds = Math.max(1, Math.ceil(scarcest.taken.waitSeconds))
  c.header('retry-after', String(seconds))
  throw new MillraceError('too-many-requests', {
    message: `Too many tries. Wait ${seconds} seconds.`,
  })
}
