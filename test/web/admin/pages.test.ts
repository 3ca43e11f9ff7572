// A long list a page at a time, as the portal reads them from the real API.
import { beforeAll, expect, inject, it } from 'vitest'
import type { UserPage, UserView } from '#domain/account.ts'
import { createAccounts } from '#platform/accounts.ts'
import { createPages } from '../../../web/src/admin/pages.ts'
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
  let read = 0
  const pages = createPages<UserView>(
    async from => {
      read++
      const answer = await ask(`/api/users?limit=${limit}${from ? `&cursor=${from}` : ''}`)
      if (!answer.ok) throw new Error(`users: ${answer.status}`)
      const { users, cursor } = (await answer.json()) as UserPage
      return { items: users, cursor }
    },
    ({ userId }) => userId,
  )
  return { pages, read: () => read }
}

it('shows more on demand, each once, until there are no more', async () => {
  const { pages, read } = inPagesOf(5)
  await pages.again()
  expect([ids(pages.value.value).length, pages.hasMore.value, read()]).toEqual([5, true, 1])
  while (pages.hasMore.value && read() < 10) await pages.more()
  expect(pages.wrong.value).toBe('')
  const shown = ids(pages.value.value)
  expect([shown.length, new Set(shown).size, read()]).toEqual([count, count, 3])
  await pages.more()
  expect(read()).toBe(3)
})

it('shows as many again after a change', async () => {
  const { pages } = inPagesOf(3)
  await pages.again()
  await pages.more()
  await pages.more()
  const before = ids(pages.value.value)
  const gone = before.find(userId => userId !== 'owner') ?? ''
  await remove(gone)
  await pages.again()
  const after = ids(pages.value.value)
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
