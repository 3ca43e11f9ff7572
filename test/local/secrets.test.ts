// This machine's secrets: made once, kept, private, and never half there.
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepSecrets } from '../../local/secrets.ts'

let folder: string

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'millrace-secrets-')), 'state')
})

afterEach(() => rm(join(folder, '..'), { recursive: true }))

it('makes them once and reads them after', async () => {
  const first = await keepSecrets(folder)
  expect(await keepSecrets(folder)).toEqual(first)
  expect(Buffer.from(first.playbackSecret, 'base64url')).toHaveLength(32)
  expect(await readdir(folder)).toEqual(['secrets.json'])
})

it('makes others elsewhere', async () => {
  const other = await keepSecrets(join(folder, 'other'))
  expect(await keepSecrets(folder)).not.toEqual(other)
})

it('lets the owner alone read them', async () => {
  await keepSecrets(folder)
  const file = join(folder, 'secrets.json')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  await chmod(file, 0o644)
  await keepSecrets(folder)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

it('two who start at once get the same', async () => {
  const all = await Promise.all([1, 2, 3, 4].map(() => keepSecrets(folder)))
  expect(new Set(all.map(one => one.playbackSecret)).size).toBe(1)
})

it.each(['', '{', '{"playbackSecret":"short"}', 'null'])('says that %j is damaged', async text => {
  await keepSecrets(folder)
  await writeFile(join(folder, 'secrets.json'), text)
  await expect(keepSecrets(folder)).rejects.toMatchObject({
    code: 'configuration-wrong',
    message: expect.stringContaining('secrets.json is damaged'),
  })
})
