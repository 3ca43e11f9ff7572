// What is asked for before the code is there that shows it: given out once, to whoever asks for the same.
import { expect, it, vi } from 'vitest'
import { askEarly, request } from '../../../web/src/api/early.ts'

it('gives the answer on its way to the first who asks for the same, and to nobody else', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (path: string, { method = 'GET' }: RequestInit = {}) => {
    asked.push(`${method} ${path}`)
    if (path === '/gone') throw new TypeError('no network')
    return new Response(`${method} ${asked.length}`)
  })
  askEarly('/list')
  askEarly('/film', { method: 'POST' })
  askEarly('/gone')
  const read = async (path: string, init?: RequestInit) => (await request(path, init)).text()
  expect(await read('/film')).toBe('GET 4')
  expect(await read('/list', { method: 'GET' })).toBe('GET 1')
  expect(await read('/film', { method: 'POST' })).toBe('POST 2')
  expect(await read('/list')).toBe('GET 5')
  await expect(request('/gone')).rejects.toThrow('no network')
  expect(asked).toEqual(['GET /list', 'POST /film', 'GET /gone', 'GET /film', 'GET /list'])
})

it('is given up like any other request', async () => {
  vi.stubGlobal('fetch', () => new Promise(() => {}))
  askEarly('/slow')
  const stop = new AbortController()
  const answer = request('/slow', { signal: stop.signal })
  stop.abort()
  await expect(answer).rejects.toThrow('aborted')
})
