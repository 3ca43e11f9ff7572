// People a page at a time, as the portal reads them from the real API.
import { beforeAll, expect, inject, it } from 'vitest'
import type { UserPage, UserView } from '#domain/account.ts'
import { createAccounts } from '#platform/accounts.ts'
import { createEverybody } from '../../../web/src/admin/everybody.ts'
import { createAccountRooms, createPeople, type People } from '../../support/accounts.ts'
import { createPipeline } from '../../support/pipeline.ts'

const count = 12
let admin: People['admin']
let ask: (path: string) => Promise<Response>
let remove: (userId: string) => Promise<void>

beforeAll(async () => {
  const { table, now } = await createPipeline(inject('ministack'))
  const { app } = await createAccountRooms(table, { now })
  ;({ admin } = await createPeople({ app }))
  ask = path => admin.ask(app, path)
  const accounts = createAccounts({ table })
  for (let i = 1; i < count; i++) {
    const profile = { email: `${i}@example.com`, name: `Nr ${i}`, passwordHash: '', createdAt: i }
    await accounts.create({ ...profile, userId: `u_${i}`, role: 'user' }, { by: 'registration' })
  }
  remove = accounts.remove
})

const ids = (users: readonly UserView[] | null) => users?.map(({ userId }) => userId) ?? []

/** Small pages, and how many were asked for. */
function inPagesOf(limit: number) {
  let pages = 0
  const everybody = createEverybody(async path => {
    pages++
    const answer = await ask(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}`)
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
    return (await answer.json()) as UserPage
  })
  return { everybody, pages: () => pages }
}

it('shows more on demand, each once, until there are no more', async () => {
  const { everybody, pages } = inPagesOf(5)
  await everybody.again()
  expect([ids(everybody.value.value).length, everybody.hasMore.value, pages()]).toEqual([
    5,
    true,
    1,
  ])
  while (everybody.hasMore.value && pages() < 10) await everybody.more()
  expect(everybody.wrong.value).toBe('')
  const shown = ids(everybody.value.value)
  expect([shown.length, new Set(shown).size, pages()]).toEqual([count, count, 3])
  await everybody.more()
  expect(pages()).toBe(3)
})

it('shows as many again after a change', async () => {
  const { everybody } = inPagesOf(3)
  await everybody.again()
  await everybody.more()
  await everybody.more()
  const before = ids(everybody.value.value)
  const gone = before.find(userId => userId !== 'owner') ?? ''
  await remove(gone)
  await everybody.again()
  const after = ids(everybody.value.value)
  expect(after.length).toBeGreaterThanOrEqual(before.length)
  expect(after).not.toContain(gone)
})

it('takes a page of at most a hundred, and begins anew for what is no cursor', async () => {
  expect((await ask('/api/users?limit=101')).status).toBe(400)
  expect((await ask('/api/users?limit=0')).status).toBe(400)
  const first = (await (await ask('/api/users?limit=2')).json()) as UserPage
  const made = (await (await ask('/api/users?limit=2&cursor=../../x')).json()) as UserPage
  expect(ids(made.users)).toEqual(ids(first.users))
  expect((first.users[0]?.createdAt ?? '') <= (first.users[1]?.createdAt ?? '')).toBe(true)
})
