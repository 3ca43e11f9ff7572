// Durations that must agree with one another, and playback tokens that end on the grid and never too early.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as timing from '#domain/timing.ts'

describe('the end of a playback token', () => {
  const nows = fc.double({ min: 1_500_000_000, max: 4_000_000_000, noNaN: true })
  const durations = fc.double({ min: 0, max: 8 * 3600, noNaN: true })
  const hours = (count: number) => count * 3600

  it('lies on the grid of 6 h, at least max(12 h, 4 × duration) away, less than a step more', () => {
    fc.assert(
      fc.property(nows, durations, (now, duration) => {
        const expiry = timing.tokenExpiry(now, duration)
        const life = Math.max(hours(12), 4 * duration)
        expect(expiry % hours(6)).toBe(0)
        expect(expiry).toBeGreaterThanOrEqual(now + life)
        expect(expiry).toBeLessThan(now + life + hours(6) + 0.001)
      }),
    )
  })

  it('of what is for everybody lies on the grid of 7 days, 30 days away or up to a week more', () => {
    fc.assert(
      fc.property(nows, now => {
        const expiry = timing.publicTokenExpiry(now)
        expect(expiry % hours(7 * 24)).toBe(0)
        expect(expiry).toBeGreaterThanOrEqual(now + hours(30 * 24))
        expect(expiry).toBeLessThan(now + hours(37 * 24) + 0.001)
      }),
    )
  })

  it('never falls as time goes on', () => {
    fc.assert(
      fc.property(nows, nows, durations, (one, other, duration) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)]
        expect(timing.tokenExpiry(early, duration)).toBeLessThanOrEqual(
          timing.tokenExpiry(late, duration),
        )
      }),
    )
  })

  it.each([
    [0, 0, hours(12)],
    [1, 0, hours(18)],
    [hours(6), 60, hours(18)],
    [hours(6) + 1, 60, hours(24)],
    [0, hours(3), hours(12)],
    [0, hours(3) + 1, hours(18)],
    [0, hours(8), hours(36)],
  ])('at %i s, for a film of %i s, is %i s', (now, duration, expiry) => {
    expect(timing.tokenExpiry(now, duration)).toBe(expiry)
  })
})

describe('durations', () => {
  it('leave room for two lost heartbeats in a lease', () => {
    expect(timing.heartbeatsALease).toBeGreaterThanOrEqual(3)
  })

  it('have one wait between any two tries, each longer than the one before', () => {
    expect(timing.retryBackoffSeconds).toHaveLength(timing.maxTries - 1)
    expect([...timing.retryBackoffSeconds].sort((a, b) => a - b)).toEqual(
      timing.retryBackoffSeconds,
    )
  })

  it('let the queue bring a message back before the reaper does', () => {
    expect(timing.reapGraceSeconds).toBeGreaterThan(timing.leaseSeconds)
    expect(timing.heldLeaseRetrySeconds).toBeLessThan(timing.leaseSeconds)
    expect(timing.maxReceives).toBeGreaterThan(timing.maxTries)
  })

  it('end a stream within a minute, after several pings', () => {
    expect(timing.streamLifeSeconds).toBeLessThanOrEqual(60)
    expect(timing.streamLifeSeconds).toBeGreaterThan(2 * timing.pingEverySeconds)
  })
})
