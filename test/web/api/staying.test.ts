// Staying signed in: a token that has run out is renewed once for all who wait, and nobody who has no session asks for one.
import { expect, it } from 'vitest'
import type { AccountView } from '#domain/account.ts'
import { createStaying } from '../../../web/src/api/staying.ts'

const ada = { userId: 'owner', name: 'Ada' } as AccountView
const signInFirst = () => Response.json({ code: 'not-signed-in' }, { status: 401 })

/** A server with one session, whose access token counts while `holds`. */
function createWorld({ holds = true, session = true } = {}) {
  const kept = new Map<string, string>()
  const world = { holds, session, nowMs: 1_000_000, asked: [] as string[], refresh: 204 }
  const staying = createStaying({
    store: {
      getItem: key => kept.get(key) ?? null,
      setItem: (key, text) => void kept.set(key, text),
    },
    nowMs: () => world.nowMs,
    async send(path, { method = 'GET' } = {}) {
      world.asked.push(`${method} ${path}`)
      world.nowMs += 1
      await Promise.resolve()
      if (path !== '/api/session/refresh') return world.holds ? new Response('ok') : signInFirst()
      if (world.refresh !== 204) return new Response(null, { status: world.refresh })
      if (!world.session) return signInFirst()
      world.holds = true
      return new Response(null, { status: 204 })
    },
  })
  let ended = 0
  staying.onEnded = () => {
    ended += 1
  }
  return { world, staying, ended: () => ended }
}

it('renews once for all calls, and repeats each of them', async () => {
  const { world, staying } = createWorld()
  staying.keep({ accounts: true, account: ada }, true)
  world.holds = false
  const answers = await Promise.all(['/a', '/b', '/c'].map(path => staying.request(path)))
  expect(answers.map(answer => answer.status)).toEqual([200, 200, 200])
  expect(world.asked.filter(call => call.includes('refresh'))).toHaveLength(1)
  expect(world.asked.filter(call => call === 'GET /b')).toHaveLength(2)
})

it('renews before the token ends, so that nothing has to be refused first', async () => {
  const { world, staying } = createWorld()
  staying.keep({ accounts: true, account: ada }, true)
  expect(staying.ready()).toBeNull()
  world.nowMs += 9.5 * 60_000
  await staying.request('/a')
  expect(world.asked).toEqual(['POST /api/session/refresh', 'GET /a'])
  expect(staying.ready()).toBeNull()
})

it('says once that the session is over; calls go on as those of a stranger, and nothing is renewed again', async () => {
  const { world, staying, ended } = createWorld({ holds: false, session: false })
  staying.keep({ accounts: true, account: ada }, true)
  const answers = await Promise.all([staying.request('/a'), staying.request('/b')])
  expect(answers.map(answer => answer.status)).toEqual([401, 401])
  expect(ended()).toBe(1)
  world.asked.length = 0
  await staying.request('/c')
  expect(world.asked).toEqual(['GET /c'])

  // Signed in again.
  world.session = true
  staying.keep({ accounts: true, account: ada }, true)
  world.nowMs += 1
  expect((await staying.request('/d')).status).toBe(200)
})

it('is no end of the session when the server does not answer', async () => {
  const { world, staying, ended } = createWorld({ holds: false })
  staying.keep({ accounts: true, account: ada }, true)
  world.refresh = 503
  await expect(staying.request('/a')).rejects.toThrow()
  expect(ended()).toBe(0)
  world.refresh = 204
  expect((await staying.request('/a')).status).toBe(200)
})

it.each([
  ['of a stranger', { accounts: true, account: null }],
  ['without accounts', { accounts: false, account: null }],
])('never renews %s', async (_, stay) => {
  const { world, staying } = createWorld({ holds: false })
  staying.keep(stay, false)
  expect((await staying.request('/a')).status).toBe(401)
  expect(world.asked).toEqual(['GET /a'])
})
