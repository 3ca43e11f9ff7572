// Every function and the container are told what their code asks for: a grant that is missing is found here, not at its first start.
import { beforeAll, expect, it } from 'vitest'
import { read } from '../support/sources.ts'
import { type Found, ofType, resourcesOf } from './templates.ts'

/** By the beginning of the logical id: where its environment is read. */
const readers: Record<string, string> = {
  Upload: 'functions/upload/handler.ts',
  Sign: 'functions/sign/handler.ts',
  Status: 'functions/status/handler.ts',
  Stream: 'functions/status/handler.ts',
  Accounts: 'functions/accounts/handler.ts',
  AccessKeeper: 'functions/access-keys/handler.ts',
  Playlist: 'functions/playlist/handler.ts',
  IntakeFunction: 'functions/intake/handler.ts',
  ReaperFunction: 'functions/reaper/handler.ts',
  DeadLettersFunction: 'functions/dead-letter/handler.ts',
  ConversionFunction: 'functions/mediaconvert/handler.ts',
  GateKeysFunction: 'functions/gate-keys/handler.ts',
  PortalFunction: 'functions/portal-files/handler.ts',
  FastLaneFunction: 'transcoder/compose.ts',
}

let all: Found[] = []

beforeAll(() => {
  all = resourcesOf('dev', { mediaConvert: 'always' })
}, 60_000)

const required = (path: string) =>
  [...read(path).matchAll(/requireEnv\(([^)]*)\)/g)].flatMap(([, names = '']) =>
    [...names.matchAll(/'([A-Z_]+)'/g)].map(([, name = '']) => name),
  )

const environmentOf = ({ Properties }: Found) => {
  const { Variables = {} } = (Properties['Environment'] ?? {}) as {
    Variables?: Record<string, unknown>
  }
  return Object.keys(Variables)
}

it('knows every function', () => {
  const ids = ofType(all, 'AWS::Lambda::Function').map(({ id }) => id.slice(0, -8))
  expect(ids.sort()).toEqual(Object.keys(readers).sort())
})

it.each(Object.entries(readers))('%s is told what %s asks for', (id, path) => {
  const found = ofType(all, 'AWS::Lambda::Function').find(one => one.id.slice(0, -8) === id)
  const names = required(path)
  expect(names.length).toBeGreaterThan(0)
  expect(found && environmentOf(found)).toEqual(expect.arrayContaining(names))
})

it('the container is told what the transcoder asks for', () => {
  const [definition] = ofType(all, 'AWS::ECS::TaskDefinition')
  const [container] = (definition?.Properties['ContainerDefinitions'] ?? []) as {
    Environment: { Name: string }[]
  }[]
  const names = container?.Environment.map(({ Name }) => Name)
  // What is asked for, and what quotas hang on.
  const asked = [...required('transcoder/compose.ts'), 'ACCOUNTS']
  expect(names).toEqual(expect.arrayContaining(asked))
})

it('what an operator has chosen is told to whom it concerns', () => {
  const chosen = {
    ...{ copyLane: 'off', keepSource: '7', readFirstMegabytes: '0', mp4MaxGigabytes: '3' },
    ...{ transcoderCpus: '2', logLevel: 'debug', quotaGigabytes: '5', quotaMinutes: '60' },
  }
  const found = resourcesOf('dev', chosen)
  const quota = { QUOTA_GIGABYTES: '5', QUOTA_MINUTES: '60' }
  const both = {
    ...quota,
    ...{ COPY_LANE: 'off', KEEP_SOURCE: '7', READ_FIRST_MEGABYTES: '0', LOG_LEVEL: 'debug' },
  }
  const [definition] = ofType(found, 'AWS::ECS::TaskDefinition')
  const [container] = (definition?.Properties['ContainerDefinitions'] ?? []) as {
    Environment: { Name: string; Value: unknown }[]
  }[]
  const told = container?.Environment.map(({ Name, Value }) => [Name, Value]) ?? []
  expect(Object.fromEntries(told)).toMatchObject({
    ...{ ...both, MP4_MAX_GIGABYTES: '3', WORKER_SLOTS: '2' },
  })
  // No MP4 is made in the fast lane: it waits in the other queue.
  const functions = ofType(found, 'AWS::Lambda::Function')
  const fastLane = functions.find(({ id }) => /^FastLane/.test(id))
  expect(fastLane?.Properties['Environment']).toMatchObject({ Variables: both })
  for (const room of ['Upload', 'Accounts']) {
    const found = functions.find(({ id }) => id.slice(0, -8) === room)
    expect(found?.Properties['Environment'], room).toMatchObject({ Variables: quota })
  }
  for (const { id, Properties } of functions) {
    expect(Properties['Environment'], id).toMatchObject({ Variables: { LOG_LEVEL: 'debug' } })
  }
})

it('those who sign know where their secret is', () => {
  for (const id of ['Upload', 'Sign', 'Status', 'Stream']) {
    const found = ofType(all, 'AWS::Lambda::Function').find(one => one.id.slice(0, -8) === id)
    expect(found && environmentOf(found), id).toContain('PLAYBACK_SECRET_ARN')
  }
})
