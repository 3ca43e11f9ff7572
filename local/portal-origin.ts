// The built portal as an origin of the edge: files of one folder, never anything outside it, hidden files never.
import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import type { ObjectAnswer, ObjectOrigin } from './origins.ts'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

const missing = (): ObjectAnswer => ({
  status: 404,
  headers: new Headers({ 'content-type': 'text/plain; charset=utf-8' }),
  body: new Blob(['Not found.']).stream(),
})

export function createPortalOrigin({ folder }: { folder: string }): ObjectOrigin {
  // By path, time and size: a new build is seen without a restart.
  const tags = new Map<string, { stamp: string; etag: string }>()

  function tagOf(file: string, stamp: string, bytes: Uint8Array): string {
    const known = tags.get(file)
    if (known?.stamp === stamp) return known.etag
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    tags.set(file, { stamp, etag })
    return etag
  }

  return async ({ path, ifNoneMatch, method }) => {
    const file = await locate(folder, path)
    if (file === null) return missing()
    const facts = await stat(file)
    const stamp = `${facts.mtimeMs} ${facts.size}`
    const known = tags.get(file)
    if (ifNoneMatch !== null && known?.stamp === stamp && known.etag === ifNoneMatch) {
      return { status: 304, headers: new Headers({ etag: known.etag }), body: null }
    }
    const bytes = await readFile(file)
    const headers = new Headers({
      'content-type': types[extname(file).toLowerCase()] ?? 'application/octet-stream',
      'content-length': String(bytes.length),
      'last-modified': facts.mtime.toUTCString(),
      etag: tagOf(file, stamp, bytes),
    })
    return { status: 200, headers, body: method === 'HEAD' ? null : new Blob([bytes]).stream() }
  }
}

/** The real file behind a path, or null: not there, not a file, outside the folder by any trick, or hidden. */
async function locate(folder: string, path: string): Promise<string | null> {
  let name: string
  try {
    name = decodeURIComponent(path)
  } catch {
    return null
  }
  const segments = name.split('/').slice(1)
  const odd = (one: string) => one === '' || one.startsWith('.') || /[\\\p{Cc}:]/u.test(one)
  if (segments.length === 0 || segments.some(odd)) return null
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, ...segments))
    if (!file.startsWith(root + sep)) return null
    return (await stat(file)).isFile() ? file : null
  } catch {
    return null
  }
}
