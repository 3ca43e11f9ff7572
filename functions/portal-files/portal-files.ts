// Puts the portal's files into their bucket, each with its type and its time in caches: hashed files first and the page last, so
// that no page ever names a file that is not there. What an older page names stays for those who have it open.
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { behaviourFor } from '#domain/delivery.ts'
import type { ObjectStore } from '#platform/store.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

const isPage = (key: string) => key.endsWith('.html')

/** The number of files. */
export async function putPortal(store: Pick<ObjectStore, 'put'>, folder: string): Promise<number> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = found
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
  const keys = paths.map(path => ({ path, key: relative(folder, path).split(sep).join('/') }))
  const [files, pages] = [
    keys.filter(({ key }) => !isPage(key)),
    keys.filter(({ key }) => isPage(key)),
  ]
  const put = async ({ path, key }: { path: string; key: string }) => {
    const { cacheControl } = behaviourFor(`/${key}`)
    await store.put(key, await readFile(path), {
      contentType: types[extname(key)] ?? 'application/octet-stream',
      ...(cacheControl ? { cacheControl } : {}),
    })
  }
  await Promise.all(files.map(put))
  await Promise.all(pages.map(put))
  return keys.length
}
