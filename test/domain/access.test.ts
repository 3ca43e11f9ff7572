// Who may do what: every actor against every action, as one table.
import { describe, expect, it } from 'vitest'
import {
  type Actor,
  type Answer,
  mayDo,
  mayDoTo,
  nobody,
  plainActions,
  type Role,
  type Scope,
  videoActions,
} from '#domain/access.ts'
import { visibilities } from '#domain/video.ts'

const person = (role: Role, userId = 'other'): Actor => ({
  ...{ userId, role, scopes: null, keyId: null, sessionId: null },
})
const key = (scopes: Scope[], role: Role = 'user', userId = 'owner'): Actor => {
  return { userId, role, scopes, keyId: 'a-key', sessionId: null }
}
const actors = {
  nobody,
  guest: person('guest'),
  owner: person('user', 'owner'),
  other: person('user'),
  admin: person('admin'),
  'read key': key(['read']),
  'upload key': key(['upload']),
  'read and upload key': key(['read', 'upload']),
  'admin key': key(['admin']),
  "admin's key": key(['admin'], 'admin', 'other'),
  'key without scopes': key([]),
}
type Name = keyof typeof actors
const letters: Record<Answer, string> = {
  allowed: '+',
  'sign-in': 's',
  forbidden: '-',
  'not-found': '0',
}

describe('plain actions', () => {
  it('are list-own, upload, import, account, keys, users, operations', () => {
    expect(plainActions).toEqual([
      ...['list-own', 'upload', 'import', 'account', 'keys', 'users', 'operations'],
    ])
  })

  it.each<[Name, string]>([
    ['nobody', 'sssssss'],
    ['guest', '---+---'],
    ['owner', '+++++--'],
    ['other', '+++++--'],
    ['admin', '+++++++'],
    ['read key', '+------'],
    ['upload key', '-++----'],
    ['read and upload key', '+++----'],
    ['admin key', '+++----'],
    ["admin's key", '+++--++'],
    ['key without scopes', '-------'],
  ])('%s: %s', (name, expected) => {
    expect(plainActions.map(action => letters[mayDo(actors[name], action)]).join('')).toBe(expected)
  })
})

describe('a video of somebody', () => {
  it('can be watched, read, changed, deleted, shared, run again', () => {
    expect(videoActions).toEqual(['watch', 'read', 'change', 'delete', 'share', 'rerun'])
  })

  const answers = (name: Name, visibility: (typeof visibilities)[number], shared: boolean) =>
    videoActions
      .map(
        action => letters[mayDoTo(actors[name], action, { ownerId: 'owner', visibility, shared })],
      )
      .join('')

  // Private, private with a share link, unlisted, public.
  it.each<[Name, string, string, string, string]>([
    ['nobody', '000000', '++ssss', '++ssss', '++ssss'],
    ['guest', '000000', '++----', '++----', '++----'],
    ['owner', '+++++-', '+++++-', '+++++-', '+++++-'],
    ['other', '000000', '++----', '++----', '++----'],
    ['admin', '++++++', '++++++', '++++++', '++++++'],
    ['read key', '++----', '++----', '++----', '++----'],
    ['upload key', '--+++-', '--+++-', '--+++-', '--+++-'],
    ['read and upload key', '+++++-', '+++++-', '+++++-', '+++++-'],
    ['admin key', '+++++-', '+++++-', '+++++-', '+++++-'],
    ["admin's key", '++++++', '++++++', '++++++', '++++++'],
    ['key without scopes', '------', '------', '------', '------'],
  ])('%s: private %s, shared %s, unlisted %s, public %s', (name, ...expected) => {
    expect([
      answers(name, 'private', false),
      ...visibilities.map(visibility => answers(name, visibility, visibility === 'private')),
    ]).toEqual(expected)
  })

  it('is not there for a guest even where it was theirs', () => {
    const facts = { ownerId: 'other', visibility: 'private', shared: false } as const
    expect(mayDoTo(actors.guest, 'watch', facts)).toBe('not-found')
  })
})
