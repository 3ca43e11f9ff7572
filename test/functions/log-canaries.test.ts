// What nobody may read in the log: passwords, codes, keys, tokens, signatures and links, in calls that go well and in refused ones.
import { expect, inject, it } from 'vitest'
import { noQuota } from '#domain/account.ts'
import { createAccessKey } from '#platform/access-tokens.ts'
import { createTableClient } from '#platform/clients.ts'
import { createLog } from '#platform/log.ts'
import { createRooms } from '../../local/rooms.ts'
import {
  adminCode,
  Browser,
  createAccountRooms,
  createPeople,
  password,
} from '../support/accounts.ts'
import { createPipeline, metaOf, newVideoId } from '../support/pipeline.ts'

it('holds no password, code, key or token, and each line is one object', async () => {
  let text = ''
  const write = (line: string) => {
    text += line
  }
  const log = createLog({
    ...{ source: 'accounts', level: 'debug', format: 'json', write },
    now: () => new Date(),
  })
  const { table } = await createPipeline(inject('ministack'))
  const { app } = await createAccountRooms(table, { log })
  const { invite, somebody, signIn, register } = await createPeople({ app })
  const code = await invite()
  const { browser, email } = await somebody()
  const wrong = 'wrong canary of a password'
  const newer = 'newer canary of a password'
  const create = (name: string) =>
    browser.ask(app, '/api/keys', { method: 'POST', json: { name, scopes: ['read'] } })
  const made = await create('ci')
  expect(made.status).toBe(201)
  const { key } = (await made.json()) as { key: string }
  expect((await create('line\r\n\u001b[31mbreak')).status).toBe(400)
  const tokens = [...browser.cookies.values()]
  await signIn(new Browser(), email, wrong)
  await register(new Browser(), { email, code, password: newer })
  await register(new Browser(), { code: 'canary-of-a-code', password: newer })
  const headers = { authorization: 'Bearer millrace_u_canary.canary.canary-of-a-key' }
  await new Browser().ask(app, '/api/keys', { headers })
  await browser.ask(app, '/api/session/refresh', { method: 'POST' })
  tokens.push(...browser.cookies.values())

  const lines = text.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(2)
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ source: 'accounts' })
  const secrets = [password, wrong, newer, code, adminCode, ...tokens, 'canary-of-a-code']
  secrets.push('canary-of-a-key', key)
  for (const secret of secrets) expect(text).not.toContain(secret)
})

it('holds nothing of uploads, imports, shares and playback that opens anything', async () => {
  let text = ''
  const write = (line: string) => {
    text += line
  }
  const log = createLog({
    ...{ source: 'rooms', level: 'debug', format: 'json', write },
    now: () => new Date(),
  })
  const pipeline = await createPipeline(inject('ministack'))
  const { names, urls, s3, sqs, services } = pipeline
  const rooms = await createRooms({
    clients: { s3, sqs, dynamodb: createTableClient(services) },
    names: { ...names, fastQueueUrl: urls.fast, bulkQueueUrl: urls.bulk },
    playbackSecret: 'canary-of-the-playback-secret-of-32-bytes',
    version: '1.2.3',
    publicOrigin: 'http://portal.example',
    revoke: async () => {},
    accounts: {
      keys: { current: await createAccessKey(), previous: null },
      ...{ registration: 'invited', adminCode, secondFactorKey: new Uint8Array(32) },
      defaultQuota: noQuota,
    },
    log,
  })
  const app = {
    request: (path: string, init?: RequestInit) =>
      rooms.apps.api(new Request(`http://edge.internal${path}`, init)),
  }
  const { admin } = await createPeople({ app })
  const post = async (path: string, json?: unknown) => {
    const answer = await admin.ask(app, path, { method: 'POST', ...(json ? { json } : {}) })
    return (await answer.json()) as Record<string, string>
  }

  const { videoId = '' } = await post('/api/uploads', {
    ...{ name: 'canary-name\r\n\u001b[31m.mp4', size: 100, type: '', fingerprint: 'canary-print' },
  })
  const signed = await post(`/api/uploads/${videoId}/parts`, { partNumbers: [1] })
  const [, signature = 'none'] = /X-Amz-Signature=(\w+)/.exec(JSON.stringify(signed)) ?? []
  await post(`/api/uploads/${videoId}/complete`, {
    parts: [{ partNumber: 1, etag: 'canary-etag' }],
  })
  await post('/api/imports', { url: 'https://video.example/a.mp4?token=canary-import' })
  await post('/api/imports', { url: 'https://u:canary-login@video.example/a.mp4' })
  const { url: link = '' } = await post(`/api/videos/${videoId}/shares`, { label: 'a' })
  const share = new URL(link, 'http://x').searchParams.get('share') ?? 'none'
  const { ticket = 'none' } = await post('/api/tickets')
  const stranger = new Browser()
  for (const path of [
    `/api/videos/${videoId}?share=${share}`,
    `/api/videos/${videoId}?share=${share}x`,
    `/api/videos/${videoId}/events?ticket=${ticket}x`,
    '/api/videos?q=canary-search',
    '/api/nowhere?key=canary-nowhere',
  ]) {
    await (await stranger.ask(app, path)).body?.cancel()
  }
  const meta = metaOf(newVideoId(), {
    ...{ state: 'ready', attempt: 1, liveAttempt: 1, createdAt: Date.now() / 1000 },
    facts: { durationSeconds: 4, width: 64, height: 36, rungs: [36], audioTracks: 0, totalWork: 1 },
  })
  await pipeline.videos.create(meta, null)
  const { url: playback = '' } = await post(`/api/videos/${meta.videoId}/playback`)
  const [, token = 'none'] = /^\/t\/([^/]+)\//.exec(playback) ?? []
  expect([signature, share, ticket, token]).not.toContain('none')

  const lines = text.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(3)
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ source: 'rooms' })
  expect(text).not.toContain('canary')
  for (const secret of [signature, share, ticket, token, adminCode]) {
    expect(text).not.toContain(secret)
  }
})
