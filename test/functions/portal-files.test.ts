// The portal's files in their bucket: each with its type and its time in caches, the page last.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { ObjectStore, PutOptions } from '#platform/store.ts'
import { putPortal } from '../../functions/portal-files/portal-files.ts'

it('puts hashed files for a year and the page for no time, the page last', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-portal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'assets', 'app-1a2b.js'), 'go()')
  writeFileSync(join(folder, 'assets', 'app-3c4d.css'), 'a{}')
  writeFileSync(join(folder, 'mark.svg'), '<svg/>')
  const put: [string, PutOptions][] = []
  const store: Pick<ObjectStore, 'put'> = {
    async put(key, _body, options) {
      put.push([key, options])
      return true
    },
  }
  expect(await putPortal(store, folder)).toBe(4)
  expect(put.at(-1)?.[0]).toBe('index.html')
  const year = 'public, max-age=31536000, immutable'
  expect(Object.fromEntries(put)).toEqual({
    'index.html': { contentType: 'text/html; charset=utf-8', cacheControl: 'no-cache' },
    'assets/app-1a2b.js': { contentType: 'text/javascript; charset=utf-8', cacheControl: year },
    'assets/app-3c4d.css': { contentType: 'text/css; charset=utf-8', cacheControl: year },
    'mark.svg': { contentType: 'image/svg+xml', cacheControl: 'no-cache' },
  })
})
