// Revoked videos: refused until every link of theirs has ended, over restarts too.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { noEpoch, revocationFrom } from '#domain/revocation.ts'
import { openRevocations } from '../../local/revocations.ts'

let folder: string
let seconds = 1_800_000_000
const now = () => seconds

beforeEach(async () => {
  seconds = 1_800_000_000
  folder = await mkdtemp(join(tmpdir(), 'millrace-revoked-'))
})

afterEach(() => rm(folder, { recursive: true }))

it('covers the longest link there can be, then is forgotten', async () => {
  const revocations = await openRevocations(folder, now)
  await revocations.revoke('v_a')
  expect(revocations.current()).toEqual({ v_a: noEpoch })
  const { until } = revocationFrom(noEpoch, seconds)
  seconds = until - 1
  expect(revocations.current()).toEqual({ v_a: noEpoch })
  seconds = until
  expect(revocations.current()).toEqual({})
})

it('of a video that goes on, later epochs stay open, and what was ended stays so', async () => {
  const revocations = await openRevocations(folder, now)
  await revocations.revoke('v_a', 2)
  await revocations.revoke('v_a', 1)
  expect(revocations.current()).toEqual({ v_a: 2 })
  const again = await openRevocations(folder, now)
  expect(again.current()).toEqual({ v_a: 2 })
})

it('is still there after a restart, all of it', async () => {
  const revocations = await openRevocations(folder, now)
  const ids = Array.from({ length: 20 }, (_, i) => `v_${i}`)
  await Promise.all(ids.map(id => revocations.revoke(id)))
  const again = await openRevocations(folder, now)
  expect(Object.keys(again.current()).sort()).toEqual(ids.sort())
})

it.each(['', '{', '[1]', '{"v_a":"x"}', '{"v_a":{"lowestEpoch":-1,"until":1}}'])(
  'a damaged file %j is none',
  async text => {
    await writeFile(join(folder, 'revoked.json'), text)
    expect((await openRevocations(folder, now)).current()).toEqual({})
  },
)
