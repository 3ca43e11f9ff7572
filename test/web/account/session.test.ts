// Who has signed in, over the life of a page and in other tabs of the browser.
import { beforeEach, expect, it } from 'vitest'
import type { AccountView, StandingView } from '#domain/account.ts'
import { createSession } from '../../../web/src/account/session.ts'
import { createStaying } from '../../../web/src/api/staying.ts'

const person = (userId: string, change: Partial<AccountView> = {}) =>
  ({ userId, name: userId, role: 'user', ...change }) as AccountView
const ada = person('owner')
const bob = person('u_bob')

const toldOf = (account: AccountView | null, change: Partial<StandingView> = {}): StandingView => ({
  ...{ accounts: true, account, refreshable: false, registration: 'invited', fresh: false },
  ...{ shortestPassword: 10, ...change },
})

let kept: Map<string, string>
beforeEach(() => {
  kept = new Map()
})

function open(told: StandingView[] = [toldOf(null)]) {
  const left: (string | null)[] = []
  const staying = createStaying({
    store: {
      getItem: key => kept.get(key) ?? null,
      setItem: (key, text) => void kept.set(key, text),
    },
    nowMs: () => 1_000_000,
    send: async () => new Response(null, { status: 204 }),
  })
  const session = createSession({
    staying,
    api: {
      async readStanding() {
        const next = told.shift()
        if (!next) throw new Error('no answer')
        return next
      },
      signOut: async () => {},
    },
    forget: async () => void left.push('forgotten'),
    leaveFor: to => void left.push(to),
  })
  return { session, staying, left }
}

it('knows nobody until it is told, and remembers for the next page', async () => {
  const { session } = open([toldOf(ada)])
  expect(session.who.value).toBeNull()
  expect(session.mayUpload.value).toBe(false)
  await session.learn()
  expect(session.mayUpload.value).toBe(true)
  expect(open().session.who.value?.account).toEqual(ada)
})

it.each([
  [toldOf(null), true, false],
  [toldOf(person('u_eve', { role: 'guest' })), false, false],
  [toldOf(bob), false, true],
  [toldOf(null, { accounts: false }), false, true],
])(
  'tells strangers from guests, people and installations without accounts, case %#',
  async (told, stranger, mayUpload) => {
    const { session } = open([told])
    await session.learn()
    expect([session.isStranger.value, session.mayUpload.value]).toEqual([stranger, mayUpload])
  },
)

it('renews by cookies this browser remembers nothing of', async () => {
  const { session } = open([toldOf(null, { refreshable: true }), toldOf(ada)])
  await session.learn()
  expect(session.who.value?.account).toEqual(ada)
})

it('keeps what it remembers where there is no answer, and says where the session is over', async () => {
  open().staying.keep({ accounts: true, account: ada }, true)
  const silent = open([])
  await silent.session.learn()
  expect(silent.session.who.value?.account).toEqual(ada)
  expect(silent.session.ended.value).toBe(false)

  const over = open([toldOf(null)])
  await over.session.learn()
  expect(over.session.ended.value).toBe(true)
  // The page stays as it is: the person signs in and goes on.
  expect(over.session.who.value?.account).toEqual(ada)
})

it('lets what waits go on when the same person signs in again', async () => {
  const { session, staying, left } = open([])
  await session.take(ada, '/')
  expect(session.whenSignedIn(new AbortController().signal)).toBeNull()
  staying.onEnded()
  const stop = new AbortController()
  const stopped = session.whenSignedIn(stop.signal)
  const waited = session.whenSignedIn(new AbortController().signal)
  stop.abort()
  await expect(stopped).rejects.toThrow()
  expect(await session.take(ada, '/')).toBe(true)
  await waited
  expect(left).toEqual([])
})

it('forgets everything before somebody else goes on, and at the end', async () => {
  const { session, left } = open([])
  await session.take(ada, '/')
  expect(await session.take(bob, '/account')).toBe(false)
  expect(left).toEqual(['forgotten', '/account'])
  await session.signOut()
  expect(left.slice(2)).toEqual(['forgotten', '/'])
  expect(open([]).session.isStranger.value).toBe(true)
})

it('follows what another tab does', async () => {
  const here = open([])
  await here.session.take(ada, '/')
  const there = open([])
  await there.session.take({ ...ada, name: 'Ada King' }, '/')
  here.session.onStored('millrace.theme')
  expect(here.session.who.value?.account?.name).toBe('owner')
  here.session.onStored('millrace.session')
  expect(here.session.who.value?.account?.name).toBe('Ada King')
  expect(here.left).toEqual([])

  await there.session.signOut()
  here.session.onStored('millrace.session')
  expect(here.left).toEqual([null])
})
