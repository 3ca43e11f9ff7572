// Answers for how often somebody may ask: `RateLimit` fields (draft-ietf-httpapi-ratelimit-headers), and 429 once a bucket is empty.
import type { Context } from 'hono'
import { MillraceError } from '#domain/errors.ts'
import type { RateLimit, RateLimits, Taken } from './rate-limits.ts'

const policyOf = ({ name, burst, secondsAToken }: RateLimit) =>
  `"${name}";q=${burst};w=${Math.ceil(burst * secondsAToken)}`

const leftOf = ({ name }: RateLimit, { remaining, waitSeconds }: Taken) =>
  `"${name}";r=${remaining};t=${Math.ceil(waitSeconds)}`

/**
 * Takes one token of each bucket, in their order, up to the first that is empty: whoever pushes costs little. The fields tell of the
 * one that ends the call, or has least left.
 * @throws MillraceError `too-many-requests`
 */
export async function takeTokens(
  c: Context,
  limits: RateLimits,
  buckets: readonly (readonly [RateLimit, string])[],
  now: number,
): Promise<void> {
  let scarcest: { limit: RateLimit; taken: Taken } | null = null
  for (const [limit, subject] of buckets) {
    const taken = await limits.take(limit, subject, now)
    if (!scarcest || !taken.allowed || taken.remaining < scarcest.taken.remaining) {
      scarcest = { limit, taken }
    }
    if (!taken.allowed) break
  }
  if (!scarcest) return
  const { limit, taken } = scarcest
  c.header('ratelimit-policy', policyOf(limit))
  c.header('ratelimit', leftOf(limit, taken))
  if (taken.allowed) return
  const seconds = Math.max(1, Math.ceil(taken.waitSeconds))
  c.header('retry-after', String(seconds))
  throw new MillraceError('too-many-requests', {
    message: `Too many tries. Wait ${seconds} seconds.`,
  })
}
