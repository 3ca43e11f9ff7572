// Every call of the route table, made by everybody: nobody, each role, each scope of a key, and what was forged or has run out. The rooms
// are composed as on a laptop. A route that has no row here fails, and so does one that an app answers and the table does not name.
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Scope } from '#domain/access.ts'
import { noQuota } from '#domain/account.ts'
import type { Meta } from '#domain/item.ts'
import {
  accessIssuer,
  createAccessKey,
  createAccessTokens,
  type SignedIn,
} from '#platform/access-tokens.ts'
import { createTableClient } from '#platform/clients.ts'
import { silentLog } from '#platform/log.ts'
import { routes } from '../../functions/status/routes.ts'
import { createRooms, type Rooms } from '../../local/rooms.ts'
import { adminCode, Browser, createPeople, password } from '../support/accounts.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

const actors = [
  'nobody',
  'guest',
  'other',
  'owner',
  'admin',
  'key to read',
  'key to upload',
  'key for all',
  'expired',
  'forged',
] as const
type Actor = (typeof actors)[number]

/** `+` may, `s` is to sign in, `-` may not, `0` there is nothing, `=` it is as if there were nothing to do. */
type Letter = '+' | 's' | '-' | '0' | '='

interface Row {
  /** In the order of `actors`. */
  answers: string
  body?: object
}

const own = (answers: string, body?: object): Row => ({ answers, ...(body ? { body } : {}) })
const registration = { email: 'x@example.com', password, name: 'X', code: 'no.code' }

//                                              nobody, guest, other, owner, admin, read, upload, all, expired, forged
const rows: Record<string, Row> = {
  'post /api/uploads': own('s-+++-++ss', { name: 'a.mp4', size: 10, type: '', fingerprint: 'f' }),
  'post /api/uploads/{videoId}/parts': own('000++-++ss', { partNumbers: [1] }),
  'get /api/uploads/{videoId}/parts': own('000++-++ss'),
  'post /api/uploads/{videoId}/complete': own('000++-++ss', { parts: [] }),
  'delete /api/uploads/{videoId}': own('===++-++ss'),
  'post /api/imports': own('s-+++-++ss', { url: 'https://films.example.com/a.mp4' }),
  'get /api/videos': own('s-++++-+ss'),
  'get /api/usage': own('s-++++-+ss'),
  'get /api/videos/{videoId}': own('000+++-+ss'),
  'patch /api/videos/{videoId}': own('000++-++ss', { title: 'b' }),
  'delete /api/videos/{videoId}': own('===++-++ss'),
  'post /api/videos/{videoId}/rerun': own('000-+---ss'),
  'get /api/videos/{videoId}/shares': own('000++-++ss'),
  'post /api/videos/{videoId}/shares': own('000++-++ss', {}),
  'delete /api/videos/{videoId}/shares/{shareId}': own('000++-++ss'),
  'post /api/videos/{videoId}/playback': own('000+++-+ss'),
  'get /api/videos/{videoId}/events': own('000+++-+ss'),
  'get /api/events': own('000+++-+ss'),
  'get /api/oembed': own('000+++-+ss'),
  'get /api/share/{videoId}': own('000+++-+ss'),
  'get /api/session': own('++++++++++'),
  'post /api/account': own('++++++++++', registration),
  'post /api/session': own('ssssssssss', { email: 'x@example.com', password }),
  'post /api/session/refresh': own('s++++sssss'),
  'delete /api/session': own('++++++++++'),
  'get /api/account': own('s++++---ss'),
  'patch /api/account': own('s++++---ss', {}),
  'put /api/account/picture': own('s++++---ss'),
  'delete /api/account/picture': own('s++++---ss'),
  'get /api/users/{userId}/picture': own('s0000---ss'),
  'post /api/account/password': own('s++++---ss', { current: password, next: 'password12' }),
  'post /api/account/new-password': own('++++++++++', { code: 'nobody.x', password }),
  'post /api/account/second-factor': own('s++++---ss', { password }),
  'put /api/account/second-factor': own('sssss---ss', { code: '000000' }),
  'post /api/account/second-factor/removal': own('s++++---ss', { password, code: '000000' }),
  'post /api/account/deletion': own('sssss---ss', { password: 'not the password' }),
  'get /api/sessions': own('s++++---ss'),
  'delete /api/sessions': own('s++++---ss'),
  'delete /api/sessions/{sessionId}': own('s++++---ss'),
  'post /api/tickets': own('s-++++-+ss'),
  'get /api/keys': own('s-+++---ss'),
  'post /api/keys': own('s-+++---ss', { name: 'k', scopes: ['read'] }),
  'delete /api/keys/{keyId}': own('s-+++---ss'),
  'get /api/users': own('s---+---ss'),
  'patch /api/users/{userId}': own('s---0---ss', {}),
  'delete /api/users/{userId}': own('s---0---ss'),
  'post /api/users/{userId}/password-link': own('s---0---ss'),
  'get /api/invitations': own('s---+---ss'),
  'post /api/invitations': own('s---+---ss', { role: 'user' }),
  'delete /api/invitations/{invitationId}': own('s---+---ss'),
  'get /api/audit': own('s---+---ss'),
  'get /api/jwks.json': own('++++++++++'),
  'get /api/openapi.json': own('++++++++++'),
  'get /api/docs': own('++++++++++'),
  'get /api/operations': own('s---+---ss'),
  'get /metrics': own('s---+---ss'),
  'get /health': own('++++++++++'),
  'get /status': own('++++++++++'),
}

type Asker = (method: string, path: string, body?: object) => Promise<Response>

let pipeline: Pipeline
let rooms: Rooms
let ownerId: string
const askers = new Map<Actor, Asker>()

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  const { names, urls, s3, sqs, services } = pipeline
  const keys = { current: await createAccessKey(), previous: null }
  rooms = await createRooms({
    clients: { s3, sqs, dynamodb: createTableClient(services) },
    names: { ...names, fastQueueUrl: urls.fast, bulkQueueUrl: urls.bulk },
    playbackSecret: 'a-secret-of-tests-with-32-bytes-and-more',
    version: '1.2.3',
    publicOrigin: 'http://portal.example',
    revoke: async () => {},
    accounts: {
      ...{ keys, registration: 'invited', adminCode, defaultQuota: noQuota },
      secondFactorKey: new Uint8Array(32),
    },
    log: silentLog,
  })
  const app = { request: (path: string, init?: RequestInit) => ask(path, init) }
  const people = await createPeople({ app })
  const { browser: owner, account } = await people.somebody()
  ownerId = account.userId
  const persons: [Actor, Browser][] = [
    ['nobody', new Browser()],
    ['guest', (await people.somebody({ role: 'guest' })).browser],
    ['other', (await people.somebody()).browser],
    ['owner', owner],
    ['admin', people.admin],
  ]
  for (const [name, browser] of persons) {
    // A sign-out or a refused refresh must not reach the next call: the session that is named here is none.
    const cookies = [...browser.cookies]
    askers.set(name, async (method, path, json) => {
      const fresh = new Browser()
      for (const [key, value] of cookies) fresh.cookies.set(key, value)
      if (method === 'DELETE' && path === '/api/session') fresh.cookies.delete('millrace-refresh')
      return fresh.ask(app, path, { method, ...(json ? { json } : {}) })
    })
  }
  const bearer = (name: Actor, token: string) =>
    askers.set(name, (method, path, json) =>
      new Browser().ask(app, path, {
        ...{ method, headers: { authorization: `Bearer ${token}` } },
        ...(json ? { json } : {}),
      }),
    )
  const scoped: [Actor, Scope][] = [
    ['key to read', 'read'],
    ['key to upload', 'upload'],
    ['key for all', 'admin'],
  ]
  for (const [name, scope] of scoped) {
    const json = { name, scopes: [scope] }
    const created = await owner.ask(app, '/api/keys', { method: 'POST', json })
    bearer(name, ((await created.json()) as { key: string }).key)
  }
  const who: SignedIn = {
    ...{ userId: ownerId, role: 'admin', sessionId: 's', scopes: null, keyId: null },
  }
  const late = () => Date.now() / 1000 - 601
  const expired = await createAccessTokens({ keys, issuer: accessIssuer, now: late })
  bearer('expired', await expired.sign(who))
  const strangers = {
    current: { ...(await createAccessKey()), kid: keys.current.kid },
    previous: null,
  }
  const now = () => Date.now() / 1000
  const forged = await createAccessTokens({ keys: strangers, issuer: accessIssuer, now })
  bearer('forged', await forged.sign(who))
})

async function ask(path: string, init?: RequestInit): Promise<Response> {
  return rooms.apps.api(new Request(`http://edge.internal${path}`, init))
}

async function someVideo(changes: Partial<Meta> = {}): Promise<Meta> {
  const meta = metaOf(newVideoId(), { ownerId, createdAt: Date.now() / 1000, ...changes })
  await pipeline.videos.create(meta, null)
  return meta
}

const facts = {
  durationSeconds: 4,
  width: 64,
  height: 36,
  rungs: [36],
  audioTracks: 0,
  totalWork: 1,
}
const ready = { state: 'ready', attempt: 1, liveAttempt: 1, facts } as const

async function unfinished(): Promise<Meta> {
  const meta = metaOf(newVideoId())
  const uploadId = await pipeline.multipart.create(meta.source.key, 'video/mp4')
  return someVideo({ videoId: meta.videoId, source: { ...meta.source, uploadId } })
}

async function letterOf(answer: Response, meta: Meta): Promise<Letter> {
  await answer.body?.cancel()
  if (answer.status === 401) return 's'
  if (answer.status === 403) return '-'
  if (answer.status === 404) return '0'
  expect(answer.status).toBeLessThan(500)
  const kept = (await pipeline.videos.get(meta.videoId))?.state === meta.state
  return answer.status === 204 && kept ? '=' : '+'
}

async function askAs(actor: Actor, route: string, row: Row): Promise<Letter> {
  const [method = '', pattern = ''] = route.split(' ')
  const meta = await (pattern.startsWith('/api/uploads/') ? unfinished() : someVideo(ready))
  const path = pattern
    .replace('{videoId}', meta.videoId)
    .replace(/\{userId\}/, 'u_0000000000000000000000')
    .replace(/\{\w+\}/, 'AAAAAAAAAAAAAAAA')
  const queries: Record<string, string> = {
    '/api/events': `?videos=${meta.videoId}`,
    '/api/oembed': `?url=${encodeURIComponent(`http://portal.example/watch/${meta.videoId}`)}`,
  }
  const answer = await askers.get(actor)?.(
    method.toUpperCase(),
    `${path}${queries[path] ?? ''}`,
    row.body,
  )
  if (!answer) throw new Error(`nobody is ${actor}`)
  const letter = await letterOf(answer, meta)
  // Where nothing is made of a video that 204 speaks of, it is simply done.
  return letter === '=' && !/^delete \/api\/(videos|uploads)\/\{videoId\}$/.test(route)
    ? '+'
    : letter
}

describe('every call by everybody', () => {
  it('has a row', () => {
    expect(Object.keys(rows).sort()).toEqual(
      routes.map(({ method, path }) => `${method} ${path}`).sort(),
    )
  })

  it('is in the route table', () => {
    const answered = rooms.registered.map(
      ({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`,
    )
    expect([...new Set(answered)].sort()).toEqual(Object.keys(rows).sort())
  })

  it.each(Object.entries(rows))('%s', async (route, row) => {
    const letters: string[] = []
    for (const actor of actors) letters.push(await askAs(actor, route, row))
    const said = (all: readonly string[]) => actors.map((actor, at) => `${actor}: ${all[at]}`)
    expect(said(letters)).toEqual(said([...row.answers]))
  })
})
