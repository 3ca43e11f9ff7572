// What the transcoder is told: names of the contract, nothing else of the person's environment.
import { expect, it } from 'vitest'
import { resourceNames, serviceNames, settingNames } from '#domain/env.ts'
import { serviceEnvironment, transcoderEnvironment } from '../../local/environment.ts'

const store = {
  endpoint: 'https://s3.example.com',
  region: 'auto',
  accessKeyId: 'key',
  secretAccessKey: 'hidden',
  forcePathStyle: false,
}
const names = {
  table: 'videos',
  sourceBucket: 'source',
  mediaBucket: 'media',
  fastQueueUrl: 'http://127.0.0.1:1/fast',
  bulkQueueUrl: 'http://127.0.0.1:1/bulk',
}

it('gets every resource and service, and no secret of the playback', () => {
  const services = serviceEnvironment(store, 'http://127.0.0.1:1')
  const env = {
    PATH: '/bin',
    WORKER_SLOTS: '3',
    PLAYBACK_SECRET: 'hidden',
    AWS_PROFILE: 'work',
    EDITOR: 'vi',
  }
  const made = transcoderEnvironment({ services, names, env, hasAccounts: true })
  for (const name of [...serviceNames, ...resourceNames])
    expect([name, made[name]]).not.toContain(undefined)
  const allowed = new Set<string>([
    ...serviceNames,
    ...resourceNames,
    ...settingNames,
    ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'PATH', 'HOME', 'LANG', 'TMPDIR'],
  ])
  expect(Object.keys(made).filter(name => !allowed.has(name))).toEqual([])
  expect(made['WORKER_SLOTS']).toBe('3')
  expect(made['ACCOUNTS']).toBe('on')
  expect(made['PLAYBACK_SECRET']).toBe(undefined)
  expect(made['S3_FORCE_PATH_STYLE']).toBe('false')
})

it('without another store, S3 is the emulator too', () => {
  expect(Object.keys(serviceEnvironment(null, 'http://127.0.0.1:1')).sort()).toEqual([
    'AWS_ACCESS_KEY_ID',
    'AWS_ENDPOINT_URL',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
  ])
})
