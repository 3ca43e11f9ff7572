// What an import takes of a worker: its own handler in a process of its own, between a website and a store that keeps nothing; beside
// it the same bytes by curl from the one to the other, and to a disk.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { table } from './figures.ts'
import { measure, mebibytes } from './measured.ts'
import { startPlainStore } from './plain-store.ts'

export interface WantedImport {
  endpoint: string
  websitePort: number
}

const mebibyte = 1024 * 1024

/** A film of so many bytes that nobody has to keep. */
async function startWebsite(sizeBytes: number) {
  const piece = Buffer.alloc(mebibyte, 1)
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { 'content-length': sizeBytes, etag: '"1"' })
    const head = Buffer.from(piece)
    head.write('\0\0\0\x18ftypisom', 'latin1')
    for (let sent = 0; sent < sizeBytes && !response.destroyed; sent += mebibyte) {
      const body = (sent === 0 ? head : piece).subarray(0, sizeBytes - sent)
      if (!response.write(body)) await once(response, 'drain').catch(() => undefined)
    }
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, close: () => server.close() }
}

/** Seconds that a line of the shell takes, with what it calls `$1` and `$2`. */
async function timed(line: string, from: string, to: string): Promise<number> {
  const began = performance.now()
  const child = spawn('sh', ['-c', line, 'sh', from, to])
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`curl ended with ${code}`)
  return (performance.now() - began) / 1000
}

export async function benchImport({ megabytes, runs }: { megabytes: number; runs: number }) {
  const rows: string[][] = []
  const website = await startWebsite(megabytes * mebibyte)
  const folder = await mkdtemp(join(tmpdir(), 'millrace-import-'))
  try {
    for (let run = 0; run < runs; run++) {
      const store = await startPlainStore()
      try {
        const wanted: WantedImport = { endpoint: store.endpoint, websitePort: website.port }
        const measured = await measure<WantedImport, object>('import-worker.ts', wanted)
        const bytes = store.bytes()
        const { seconds, cpuSeconds, idleBytes, peakBytes } = measured
        const film = `http://127.0.0.1:${website.port}/`
        const toStore = 'curl -sf "$1" | curl -sf -T - "$2"'
        const plain = await timed(toStore, film, `${store.endpoint}/source/curl`)
        const kept = await timed('curl -sf -o "$2" "$1"', film, join(folder, 'film'))
        rows.push([
          ...[mebibytes(bytes), seconds.toFixed(1), (bytes / mebibyte / seconds).toFixed(0)],
          ...[plain, kept].map(took => (megabytes / took).toFixed(0)),
          cpuSeconds.toFixed(1),
          ...[mebibytes(idleBytes), mebibytes(peakBytes - idleBytes)],
        ])
      } finally {
        store.close()
      }
    }
  } finally {
    website.close()
    await rm(folder, { recursive: true, force: true })
  }
  const head = [
    'MiB',
    'seconds',
    'MiB/s',
    'curl to store',
    'curl -o',
    'CPU s',
    'idle MiB',
    'above idle MiB',
  ]
  process.stdout.write(`${table(head, rows)}\n`)
}
