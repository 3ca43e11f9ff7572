// The edge before the portal: its page for every address of it, hashed files for ever, headers that lock it down.
import { describe, expect, it } from 'vitest'
import { memoryOrigin, testEdge } from './edge-origins.ts'

const text = (value: string) => new TextEncoder().encode(value)

describe('the portal', () => {
  const page = { bytes: text('<!doctype html>'.repeat(100)), type: 'text/html', etag: '"i1"' }
  const script = { bytes: text('let a;'), type: 'text/javascript', etag: '"s1"' }
  const files = () => memoryOrigin({ '/index.html': page, '/assets/a-1.js': script })

  it('gives its page to every address of it, checked each time', async () => {
    const portal = files()
    const edge = await testEdge({ portal })
    for (const path of ['/', '/videos/x', '/a/b/c?d=e']) {
      const response = await edge.get(path, { headers: { 'accept-encoding': 'gzip' } })
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(response.headers.get('content-type')).toBe('text/html')
      expect(response.headers.get('content-encoding')).toBe('gzip')
    }
    expect(portal.asked.map(one => one.ifNoneMatch)).toEqual([null, '"i1"', '"i1"'])
    portal.objects.set('/index.html', { ...page, bytes: text('new'), etag: '"i2"' })
    expect(await (await edge.get('/')).text()).toBe('new')
    const held = await edge.get('/', { headers: { 'if-none-match': '"i2"' } })
    expect(held.status).toBe(304)
  })

  it('keeps hashed assets for ever, and misses for no time', async () => {
    const portal = files()
    const edge = await testEdge({ portal })
    const first = await edge.get('/assets/a-1.js')
    expect(first.headers.get('cache-control')).toContain('immutable')
    await first.text()
    expect((await edge.get('/assets/a-1.js')).headers.get('x-cache')).toBe('Hit from edge')
    const missing = await edge.get('/assets/a-2.js')
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store'])
    expect((await edge.get('/favicon.ico')).status).toBe(404)
  })

  it('is locked down', async () => {
    const edge = await testEdge({ portal: files() })
    for (const path of ['/', '/assets/a-1.js', '/none.png']) {
      const { headers } = await edge.get(path)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('content-security-policy')).toContain(
        "connect-src 'self' http://127.0.0.1:4566",
      )
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
      expect(headers.get('access-control-allow-origin')).toBe(null)
    }
  })

  it('lets any site frame the player, and nothing else', async () => {
    const portal = memoryOrigin({ '/index.html': page, '/embed.html': page })
    const edge = await testEdge({ portal })
    for (const path of ['/embed/v_0123456789abcdefghijAB', '/embed/none.png']) {
      const { headers } = await edge.get(path)
      expect(headers.get('content-security-policy')).toContain('frame-ancestors *')
      expect(headers.get('content-security-policy')).toContain("connect-src 'self';")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe(null)
    }
    for (const path of ['/', '/watch/v_0123456789abcdefghijAB', '/embed', '/embed.html']) {
      const { headers } = await edge.get(path)
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'self'")
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
    }
  })

  it('repeats nothing a request claims', async () => {
    const edge = await testEdge({ portal: files() })
    const response = await edge.get('/evil-path', {
      headers: { 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' },
    })
    const all = JSON.stringify([...response.headers]) + (await response.text())
    expect(all).not.toContain('evil')
  })
})
