// The doctor's word on buckets.
import type { CORSRule, LifecycleRule } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import {
  abortDays,
  judgeLifecycle,
  judgePrivate,
  judgeUploadCors,
} from '../../../tools/doctor/storage-checks.ts'

const rule = (more: Partial<CORSRule> = {}): CORSRule => ({
  AllowedOrigins: ['https://*.cloudfront.net'],
  AllowedMethods: ['PUT'],
  ExposeHeaders: ['ETag', 'x-amz-checksum-crc64nvme'],
  ...more,
})
const portal = 'https://d1.cloudfront.net'

describe('judgeUploadCors', () => {
  it.each<[string, CORSRule[], string, 'ok' | 'fault']>([
    ['a pattern that fits', [rule()], portal, 'ok'],
    ['the very origin', [rule({ AllowedOrigins: [portal] })], portal, 'ok'],
    ['no rule', [], portal, 'fault'],
    ['another origin', [rule()], 'https://video.example.com', 'fault'],
    [
      'a pattern that only begins alike',
      [rule({ AllowedOrigins: ['https://d1*.net.example'] })],
      portal,
      'fault',
    ],
    ['other methods', [rule({ AllowedMethods: ['GET'] })], portal, 'fault'],
    ['hidden ETags', [rule({ ExposeHeaders: [] })], portal, 'fault'],
    [
      'headers in another case',
      [rule({ ExposeHeaders: ['etag', 'X-Amz-Checksum-Crc64nvme'] })],
      portal,
      'ok',
    ],
  ])('of %s', (_, rules, origin, level) => {
    expect(judgeUploadCors(rules, origin).level).toBe(level)
  })
})

const abort = (days: number, more: Partial<LifecycleRule> = {}): LifecycleRule => ({
  Status: 'Enabled',
  Filter: { Prefix: '' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: days },
  ...more,
})

describe('lifecycles', () => {
  it.each<[string, LifecycleRule[], number | null]>([
    ['none', [], null],
    ['one that expires objects', [{ Status: 'Enabled', Expiration: { Days: 3 } }], null],
    ['one that is off', [abort(8, { Status: 'Disabled' })], null],
    ['one for a part of the bucket', [abort(8, { Filter: { Prefix: 'v/' } })], null],
    ['one', [abort(8)], 8],
    ['two', [abort(8), abort(3)], 3],
  ])('of %s', (_, rules, days) => {
    expect(abortDays(rules)).toBe(days)
  })

  it.each([
    [8, 7, 'ok'],
    [7, 7, 'ok'],
    [3, 7, 'fault'],
  ])('that end parts after %i days where an upload may take %i', (days, least, level) => {
    expect(judgeLifecycle('source-lifecycle', [abort(days)], least).level).toBe(level)
  })
})

describe('judgePrivate', () => {
  const whole = {
    ...{ BlockPublicAcls: true, BlockPublicPolicy: true },
    ...{ IgnorePublicAcls: true, RestrictPublicBuckets: true },
  }
  it.each([
    [whole, 'ok'],
    [{ ...whole, RestrictPublicBuckets: false }, 'fault'],
    [undefined, 'fault'],
  ])('of %j', (block, level) => {
    expect(judgePrivate('media-private', block).level).toBe(level)
  })
})
