// The default limits are the promised ones, and agree with the laws of upload.
import { expect, it } from 'vitest'
import { defaultLimits } from '#domain/limits.ts'
import { maxPartNumber, maxSourceBytes, planParts } from '#domain/parts.ts'

it('are 8 h, 7680 × 4320, 120 frames a second, 60 GB, 16 streams and 20 s of probing', () => {
  expect(defaultLimits).toEqual({
    maxBytes: 60e9,
    maxDurationSeconds: 28_800,
    maxLongSide: 7680,
    maxShortSide: 4320,
    maxFramesPerSecond: 120,
    maxStreams: 16,
    maxProbeSeconds: 20,
  })
})

it('let no file in that cannot be sent in parts', () => {
  expect(defaultLimits.maxBytes).toBe(maxSourceBytes)
  expect(planParts(defaultLimits.maxBytes).partCount).toBeLessThanOrEqual(maxPartNumber)
})
