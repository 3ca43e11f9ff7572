// The portal's folder: files with their types and tags, and no way out of it.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ObjectOrigin } from '../../local/origins.ts'
import { createPortalOrigin } from '../../local/portal-origin.ts'

let base: string
let origin: ObjectOrigin

const ask = (path: string, ifNoneMatch: string | null = null) =>
  origin({
    method: 'GET',
    path,
    search: '',
    range: null,
    ifNoneMatch,
    signal: new AbortController().signal,
  })

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'millrace-portal-'))
  const folder = join(base, 'portal')
  await mkdir(join(folder, 'assets'), { recursive: true })
  await writeFile(join(base, 'secret.txt'), 'secret')
  await mkdir(join(base, 'portal-secrets'))
  await writeFile(join(base, 'portal-secrets', 'key.txt'), 'secret')
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  await writeFile(join(folder, 'a b.svg'), '<svg/>')
  await writeFile(join(folder, '.env'), 'secret')
  await writeFile(join(folder, 'assets', 'x-1.js'), 'let a')
  await symlink(join(base, 'secret.txt'), join(folder, 'link.txt'))
  origin = createPortalOrigin({ folder })
})

afterAll(() => rm(base, { recursive: true }))

it.each([
  ['/index.html', 'text/html; charset=utf-8', '<!doctype html>'],
  ['/assets/x-1.js', 'text/javascript; charset=utf-8', 'let a'],
  ['/a%20b.svg', 'image/svg+xml', '<svg/>'],
])('%s is %s', async (path, type, text) => {
  const answer = await ask(path)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type])
  expect(await new Response(answer.body).text()).toBe(text)
})

it('a known copy is 304 until the file changes', async () => {
  const file = join(base, 'portal', 'assets', 'y.js')
  await writeFile(file, 'one')
  const etag = (await ask('/assets/y.js')).headers.get('etag')
  expect((await ask('/assets/y.js', etag)).status).toBe(304)
  await writeFile(file, 'other')
  const changed = await ask('/assets/y.js', etag)
  expect(changed.status).toBe(200)
  expect(changed.headers.get('etag')).not.toBe(etag)
})

it.each([
  '/',
  '/assets',
  '/assets/',
  '/none.js',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/../../secret.txt',
  '/..%5csecret.txt',
  '/../portal-secrets/key.txt',
  '//etc/passwd',
  '/%2fetc/passwd',
  '/.env',
  '/link.txt',
  '/index.html%00.js',
  '/index.html/',
  '/%',
  '/C:/secret.txt',
])('%s is 404', async path => {
  expect((await ask(path)).status).toBe(404)
})
