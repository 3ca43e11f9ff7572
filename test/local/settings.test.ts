// The laptop's settings: defaults, what is taken, and one clear sentence for what is not.
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../local/settings.ts'

const keys = { S3_ACCESS_KEY_ID: 'key', S3_SECRET_ACCESS_KEY: 'hidden' }

it('needs nothing', () => {
  expect(readSettings({}, '/house')).toEqual({
    port: 8080,
    host: '127.0.0.1',
    stateFolder: '/house/.millrace/state',
    store: null,
    buckets: { source: 'millrace-source', media: 'millrace-media' },
    accounts: true,
    registration: 'invited',
    defaultQuota: { bytes: null, minutes: null },
    adminCode: null,
    wayBack: null,
  })
})

it('takes an object store', () => {
  const env = { ...keys, S3_ENDPOINT: 'https://s3.example.com/', S3_REGION: 'auto', PORT: '0' }
  expect(readSettings({ ...env, S3_FORCE_PATH_STYLE: 'false' }, '/house')).toMatchObject({
    port: 0,
    store: {
      endpoint: 'https://s3.example.com',
      region: 'auto',
      accessKeyId: 'key',
      secretAccessKey: 'hidden',
      forcePathStyle: false,
    },
  })
})

it('takes what users may bring', () => {
  const quotaOf = (env: Record<string, string>) => readSettings(env, '/').defaultQuota
  expect(quotaOf({ QUOTA_GIGABYTES: '5' })).toEqual({ bytes: 5e9, minutes: null })
  expect(quotaOf({ QUOTA_GIGABYTES: '', QUOTA_MINUTES: '0' })).toEqual({ bytes: null, minutes: 0 })
})

it('takes an empty variable as none', () => {
  expect(readSettings({ PORT: '', S3_ENDPOINT: '', HOST: '' }, '/').store).toBe(null)
})

describe('refuses', () => {
  it.each([
    [{ PORT: '80a' }, /^Set PORT to a port number/],
    [{ PORT: '65536' }, /^Set PORT/],
    [{ PORT: '-1' }, /^Set PORT/],
    [{ HOST: 'http://x' }, /^Set HOST/],
    [{ MILLRACE_STATE: ' ' }, /^Set MILLRACE_STATE/],
    [{ ...keys, S3_ENDPOINT: 's3.example.com' }, /^Set S3_ENDPOINT to an address/],
    [{ ...keys, S3_ENDPOINT: 'ftp://s3.example.com' }, /^Set S3_ENDPOINT/],
    [{ S3_ENDPOINT: 'https://s3.example.com' }, /^Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY/],
    [keys, /^Set S3_ENDPOINT, too/],
    [{ S3_FORCE_PATH_STYLE: 'yes' }, /^Set S3_FORCE_PATH_STYLE to true or false/],
    [{ QUOTA_GIGABYTES: '1.5' }, /^QUOTA_GIGABYTES must be a whole number/],
    [{ QUOTA_MINUTES: '-1' }, /^QUOTA_MINUTES must be a whole number/],
    [{ SOURCE_BUCKET: 'My_Bucket' }, /^Set SOURCE_BUCKET to a bucket name/],
    [{ SOURCE_BUCKET: 'one', MEDIA_BUCKET: 'one' }, /two different names/],
  ])('%j', (env, message) => {
    expect(() => readSettings(env, '/house')).toThrow(message)
    expect(() => readSettings(env, '/house')).not.toThrow(/hidden/)
  })
})
