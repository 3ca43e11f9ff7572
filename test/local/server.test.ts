// The edge over real sockets: streams as they come, viewers who leave, answers far larger than memory allows, odd requests.
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EdgeServer, startServer } from '../../local/server.ts'
import { memoryOrigin, pattern, signToken, type TestEdge, testEdge, video } from './edge-origins.ts'

let server: EdgeServer
let stopped = false

beforeEach(async () => {
  stopped = false
  server = await startServer({ host: '127.0.0.1', port: 0 })
})

afterEach(async () => {
  if (!stopped) await server.stop()
})

const at = (path: string) => `http://127.0.0.1:${server.port}${path}`
const open = ({ edge }: TestEdge) => server.open(edge.fetch)

/** What the server sends back for bytes as they are, up to the end of the connection. */
async function raw(text: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  socket.end(text.replaceAll('\n', '\r\n'))
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer
}

describe('a server', () => {
  it('says 503 until there is something to serve', async () => {
    const answer = await fetch(at('/health'))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    server.open(async () => new Response('there'))
    expect(await (await fetch(at('/health'))).text()).toBe('there')
  })

  it('takes no method that CloudFront does not', async () => {
    const edge = await testEdge({})
    open(edge)
    for (const path of ['/', '/api/videos', `/t/x/v/${video}/1/main.m3u8`]) {
      const answer = await raw(`TRACE ${path} HTTP/1.1\nHost: localhost\nConnection: close\n\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 405 /)
    }
  })

  it.each([
    ['a head', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
    ['a body', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n'],
  ])('waits only so long for %s that comes slowly', async (_, begun) => {
    const patience = { headersMilliseconds: 150, requestMilliseconds: 300, lookMilliseconds: 50 }
    const slow = await startServer({ host: '127.0.0.1', port: 0, patience })
    slow.open(async request => {
      await request.text().catch(() => '')
      return new Response('never')
    })
    const socket = connect(slow.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(begun)
    const drip = setInterval(() => socket.writable && socket.write('a'), 20)
    let answer = ''
    for await (const chunk of socket) answer += chunk
    clearInterval(drip)
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    // Nobody else is kept waiting by it.
    slow.open(async () => new Response('there'))
    expect(await (await fetch(`http://127.0.0.1:${slow.port}/`)).text()).toBe('there')
    await slow.stop()
  })

  it('refuses headers that do not end (Node: 16 KiB in all)', async () => {
    server.open(async () => new Response('ours'))
    const long = `X-Long: ${'a'.repeat(17_000)}`
    const answer = await raw(`GET / HTTP/1.1\nHost: localhost\n${long}\nConnection: close\n\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('says which port is taken and how to take another', async () => {
    const second = startServer({ host: '127.0.0.1', port: server.port })
    await expect(second).rejects.toMatchObject({
      code: 'configuration-wrong',
      message: `Port ${server.port} is taken by another program. Choose another one: PORT=${server.port + 1} npm start`,
    })
  })

  it('says which address this machine has not', async () => {
    const second = startServer({ host: '192.0.2.1', port: 0 })
    await expect(second).rejects.toThrow('This machine has no address 192.0.2.1')
  })

  it('answers on loopback to loopback names only', async () => {
    server.open(async () => new Response('ours'))
    const status = async (host: string) =>
      (await raw(`GET / HTTP/1.1\nHost: ${host}\nConnection: close\n\n`)).slice(9, 12)
    for (const host of ['localhost:8080', '127.0.0.1:8080', 'millrace.localhost', '[::1]:8080']) {
      expect([host, await status(host)]).toEqual([host, '200'])
    }
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
    ]) {
      expect([host, await status(host)]).toEqual([host, '421'])
    }
  })
})

describe('paths as they are sent', () => {
  it.each([
    `/t/x/../../v/${video}/1/main.m3u8`,
    `/assets/../v/${video}/1/main.m3u8`,
    `/assets/%2e%2e/v/${video}/1/main.m3u8`,
    `//v/${video}/1/main.m3u8`,
    `/\\v/${video}/1/main.m3u8`,
    '/%2e%2e/%2e%2e/etc/passwd',
    '/../../etc/passwd',
    'http://other.example/v/x/y',
  ])('%s reaches no media', async path => {
    const media = memoryOrigin({ [`/v/${video}/1/main.m3u8`]: { bytes: pattern(10), type: 'x' } })
    open(await testEdge({ media }))
    const answer = await raw(`GET ${path} HTTP/1.1\nHost: localhost\nConnection: close\n\n`)
    expect(answer).toMatch(/^HTTP\/1.1 (?:400|403|404|421) /)
    expect(media.asked).toEqual([])
  })
})

describe('streams', () => {
  it('of events come one by one; the app hears that the viewer has left', async () => {
    let left: AbortSignal | undefined
    const edge = await testEdge({
      apps: {
        stream: ({ signal }) => {
          left = signal
          const body = new ReadableStream<Uint8Array>({
            async start(controller) {
              for (const word of ['one', 'two', 'three']) {
                controller.enqueue(new TextEncoder().encode(`data: ${word}\n\n`))
                await wait(100)
              }
            },
          })
          return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
        },
      },
    })
    open(edge)
    const leaving = new AbortController()
    const answer = await fetch(at('/api/events'), { signal: leaving.signal })
    const times: number[] = []
    const reader = answer.body?.getReader()
    for (const word of ['one', 'two', 'three']) {
      const part = await reader?.read()
      expect(new TextDecoder().decode(part?.value)).toBe(`data: ${word}\n\n`)
      times.push(performance.now())
    }
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(150)
    expect(left?.aborted).toBe(false)
    leaving.abort()
    await expect.poll(() => left?.aborted).toBe(true)
  })

  it('end when the server stops', async () => {
    const edge = await testEdge({
      apps: {
        stream: () => {
          const body = new ReadableStream<Uint8Array>({
            start: controller => controller.enqueue(new TextEncoder().encode(': ping\n\n')),
          })
          return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
        },
      },
    })
    open(edge)
    const answer = await fetch(at('/api/events'))
    const reader = answer.body?.getReader()
    await reader?.read()
    const started = performance.now()
    stopped = true
    await server.stop()
    expect(performance.now() - started).toBeLessThan(3000)
    await expect(reader?.read()).rejects.toThrow()
  })

  it('of long objects hold no memory and stop at the origin with the viewer', async () => {
    // 2 GB that exist nowhere.
    const total = 2_000_000_000
    let sent = 0
    let cancelled = false
    const piece = new Uint8Array(65_536)
    const edge = await testEdge({
      media: {
        ...memoryOrigin({}),
        answer: async () => ({
          status: 200,
          headers: new Headers({
            'content-length': String(total),
            'content-type': 'video/mp4',
            etag: '"x"',
          }),
          body: new ReadableStream<Uint8Array>(
            {
              pull(controller) {
                sent += piece.length
                controller.enqueue(piece)
              },
              cancel() {
                cancelled = true
              },
            },
            { highWaterMark: 0 },
          ),
        }),
      },
    })
    open(edge)
    const path = await mediaPath()
    const asked = httpRequest(at(path)).end()
    const [answer] = await once(asked, 'response')
    // Reads a little and then nothing: what is sent stays bounded by the buffers in between.
    await once(answer, 'readable')
    answer.read(100_000)
    await wait(300)
    expect(sent).toBeLessThan(20_000_000)
    asked.destroy()
    await expect.poll(() => cancelled).toBe(true)
  })
})

describe('answers', () => {
  it('to HEAD have a length and no body', async () => {
    const media = memoryOrigin({})
    const edge = await testEdge({ media })
    media.objects.set(`/v/${video}/1/a.mp4`, {
      bytes: pattern(5000),
      type: 'video/mp4',
      etag: '"a"',
    })
    open(edge)
    const answer = await fetch(at(await mediaPath()), { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '5000'])
    expect(await answer.text()).toBe('')
  })

  it('to the API carry the body both ways', async () => {
    const edge = await testEdge({
      apps: { api: async request => Response.json({ length: (await request.text()).length }) },
    })
    open(edge)
    const answer = await fetch(at('/api/uploads'), { method: 'POST', body: 'x'.repeat(300_000) })
    expect(await answer.json()).toEqual({ length: 300_000 })
  })
})

const mediaPath = async () => `/t/${await signToken()}/v/${video}/1/a.mp4`
