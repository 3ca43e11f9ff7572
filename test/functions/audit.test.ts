// What was done, a page at a time, over as many months as it is kept.
import { beforeEach, expect, inject, it } from 'vitest'
import type { AuditPage, AuditView } from '#domain/account.ts'
import { createAccountRooms, createPeople, type People } from '../support/accounts.ts'
import { createPipeline } from '../support/pipeline.ts'

const day = 24 * 3600
let people: People
let write: (action: string, daysAgo: number, target?: string) => Promise<void>
let ask: (query: string) => Promise<Response>
let remove: (userId: string) => Promise<void>

beforeEach(async () => {
  const { table, now } = await createPipeline(inject('ministack'))
  const { app, deps } = await createAccountRooms(table, { now })
  people = await createPeople({ app })
  const owner = { userId: 'owner', keyId: null }
  write = (action, daysAgo, target) =>
    deps.audit.write(owner, { action, ...(target ? { target } : {}) }, now() - daysAgo * day)
  ask = query => people.admin.ask(app, `/api/audit${query}`)
  remove = deps.accounts.remove
})

async function read(limit: number, cursor: string | null = null): Promise<AuditPage> {
  const answer = await ask(`?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as AuditPage
}

async function readAll(limit: number): Promise<AuditView[][]> {
  const pages: AuditView[][] = []
  let cursor: string | null = null
  do {
    const page: AuditPage = await read(limit, cursor)
    pages.push(page.entries)
    cursor = page.cursor
  } while (cursor !== null && pages.length < 30)
  return pages
}

const actions = (entries: readonly AuditView[]) => entries.map(({ action }) => action)

// The clock stands at 2027-01-15: a year's end lies between, an empty month, and months that end where a page does.
const done = [0.1, 0.2, 14, 16, 17, 75, 76, 77, 200, 390].map(daysAgo => ({
  daysAgo,
  action: `${daysAgo} days ago`,
}))

it.each([1, 2, 3, 5, 9, 10, 11])('goes back through the months in pages of %i', async limit => {
  for (const { action, daysAgo } of done) await write(action, daysAgo)
  const pages = await readAll(limit)
  expect(actions(pages.flat())).toEqual(done.map(({ action }) => action))
  expect(pages.map(({ length }) => length)).toEqual(
    Array.from({ length: Math.ceil(done.length / limit) }, (_, i) =>
      Math.min(limit, done.length - i * limit),
    ),
  )
})

it('keeps its place when something is done meanwhile, also at the same moment', async () => {
  for (const action of ['a', 'b', 'c']) await write(action, 1)
  const first = await read(2)
  await write('d', 0)
  const second = await read(2, first.cursor)
  expect(actions([...first.entries, ...second.entries]).toSorted()).toEqual(['a', 'b', 'c'])
  expect(second.cursor).toBeNull()
})

it('looks no further than entries are kept', async () => {
  await write('too old', 450)
  expect(await read(2)).toEqual({ entries: [], cursor: null })
})

it('takes a page of at most 200, and begins anew for what is no cursor', async () => {
  await write('a', 0)
  for (const query of ['?limit=201', '?limit=0', '?from=2']) {
    expect((await ask(query)).status).toBe(400)
  }
  const encoded = (text: string) => Buffer.from(text).toString('base64url')
  for (const cursor of ['../../x', encoded('2030-01'), encoded('9999-99-99T#')]) {
    expect(actions((await read(5, cursor)).entries)).toEqual(['a'])
  }
  // Of a time before there was anything, and of one to come.
  expect(await read(5, encoded('0000-00-01#a'))).toEqual({ entries: [], cursor: null })
  expect(actions((await read(5, encoded('9999-99-01#a'))).entries)).toEqual(['a'])
})

it('says what people are called, and of those who are gone their id', async () => {
  const { account } = await people.somebody({ role: 'guest' })
  const { userId } = account
  await write('user-changed', 0, userId)
  const changed = async () =>
    (await read(9)).entries.find(({ action }) => action === 'user-changed')
  const entry = { userId: 'owner', name: 'Ada', target: userId }
  expect(await changed()).toMatchObject({ ...entry, targetName: 'Somebody' })
  await remove(userId)
  expect(await changed()).toMatchObject({ ...entry, targetName: null })
})
