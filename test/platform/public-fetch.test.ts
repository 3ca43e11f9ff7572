// Server-side request forgery: nothing inside is reached, whatever a link, a name or an answer says, and no connection is begun.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseImportUrl, refuseUnsafe } from '#platform/import-url.ts'
import { createPublicFetch } from '#platform/public-fetch.ts'
import { innerLinks } from '../support/inner-links.ts'

const { signal } = new AbortController()
const ask = { headers: {}, signal }

/** Every attempt of this process to connect, by the channel Node itself tells of them. */
const begun: Socket[] = []
const note = (message: unknown) => begun.push((message as { socket: Socket }).socket)
let server: Server
let port: number
let answer: RequestListener
const heard: string[] = []

beforeAll(async () => {
  subscribe('net.client.socket', note)
  server = createServer((request, response) => {
    heard.push(`${request.headers.host} ${request.url}`)
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  unsubscribe('net.client.socket', note)
  server.close()
})
beforeEach(() => {
  begun.length = 0
  heard.length = 0
  answer = (_request, response) => response.end('film')
})

const v4 = (address: string) => [{ address, family: 4 }]

describe('a link', () => {
  it.each(innerLinks)('is refused, and nobody is asked: %s', async link => {
    const fetch = createPublicFetch({ resolve: async () => v4('93.184.215.14') })
    const fetching = (async () => fetch(parseImportUrl(link), ask))()
    await expect(fetching).rejects.toMatchObject({ code: 'import-refused', retryable: false })
    expect(begun).toEqual([])
  })

  it.each([
    ['https://example.com/film.mp4', 'https://example.com/film.mp4'],
    ['http://example.com:80/a%20b?c=d#e', 'http://example.com/a%20b?c=d'],
    ['https://example.com:8443/', 'https://example.com:8443/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700::1111]/', 'https://[2606:4700::1111]/'],
    ['https://example.com./', 'https://example.com./'],
    ['https://example.com/?@127.0.0.1/', 'https://example.com/?@127.0.0.1/'],
    // Octal: what is connected to is what was checked.
    ['http://0127.0.0.1/', 'http://87.0.0.1/'],
    ['https://bücher.example.de/', 'https://xn--bcher-kva.example.de/'],
  ])('to a website is taken: %s', (link, href) => {
    expect(parseImportUrl(link).href).toBe(href)
  })
})

describe('a name', () => {
  it.each([
    ['a loopback address', v4('127.0.0.1')],
    ['a private address', v4('10.1.2.3')],
    ['the address of metadata', v4('169.254.169.254')],
    ['a mapped address', [{ address: '::ffff:10.0.0.1', family: 6 }]],
    ['an address of NAT64', [{ address: '64:ff9b::a9fe:a9fe', family: 6 }]],
    ['one of a network’s own NAT64', [{ address: '64:ff9b:1::a9fe:a9fe', family: 6 }]],
    ['an address of 6to4', [{ address: '2002:a9fe:a9fe::1', family: 6 }]],
    ['an address of Teredo', [{ address: '2001:0:5ef5:79fd::1', family: 6 }]],
    ['an address of one link', [{ address: 'fe80::1%eth0', family: 6 }]],
    ['the address of metadata, version 6', [{ address: 'fd00:ec2::254', family: 6 }]],
    ['an address of Azure’s own', v4('168.63.129.16')],
    ['a carrier’s address', v4('100.64.0.1')],
    ['no address', v4('localhost')],
    [
      'a private one after public ones',
      [...v4('93.184.215.14'), ...v4('8.8.8.8'), ...v4('0.0.0.0')],
    ],
    ['a public address and a private one', [...v4('93.184.215.14'), ...v4('192.168.1.1')]],
    ['nothing', []],
  ])('that is %s is refused before anything is sent', async (_what, addresses) => {
    const fetch = createPublicFetch({ resolve: async () => addresses })
    const fetching = fetch(new URL('http://films.example.com/'), ask)
    await expect(fetching).rejects.toMatchObject({ code: 'import-refused' })
    expect(begun).toEqual([])
  })

  it('nobody knows is said', async () => {
    const resolve = () => Promise.reject(new Error('ENOTFOUND'))
    const fetching = createPublicFetch({ resolve })(new URL('http://nobody.example.com/'), ask)
    await expect(fetching).rejects.toMatchObject({
      code: 'import-refused',
      message: 'There is no website of this name.',
    })
  })
})

/** This machine counts as public, on the port of the test's server. */
const isPublic = (address: string) => address === '127.0.0.1'
const check = (url: URL) => refuseUnsafe(Object.assign(new URL(url), { port: '' }))

describe('what was checked is what is asked', () => {
  it('when a name has another address the second time', async () => {
    const answers = [v4('127.0.0.1'), v4('169.254.169.254')]
    let asked = 0
    const resolve = async () => answers[asked++] ?? []
    const fetch = createPublicFetch({ resolve, isPublic, check })
    const { response } = await fetch(new URL(`http://films.example.com:${port}/a.mp4`), ask)
    expect(response.statusCode).toBe(200)
    expect(await response.toArray()).toEqual([Buffer.from('film')])
    expect(asked).toBe(1)
    expect(heard).toEqual([`films.example.com:${port} /a.mp4`])
    expect(begun).toHaveLength(1)
  })
})

describe('an answer that leads on', () => {
  const names = new Map([
    ['films.example.com', v4('127.0.0.1')],
    ['inner.example.com', v4('10.0.0.1')],
  ])
  const resolve = async (host: string) => names.get(host) ?? []
  const follow = (location: string, status = 302) => {
    answer = ({ url }, response) =>
      url === '/start' ? response.writeHead(status, { location }).end() : response.end('film')
    const fetch = createPublicFetch({ resolve, isPublic, check })
    return fetch(new URL(`http://films.example.com:${port}/start`), ask)
  }

  it.each([301, 302, 303, 307, 308])('is followed, %i', async status => {
    const { url, response } = await follow('/film.mp4', status)
    response.destroy()
    expect(url.pathname).toBe('/film.mp4')
    expect(heard).toHaveLength(2)
  })

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://[::1]/',
    'http://inner.example.com/',
    'http://localhost/',
    'file:///etc/passwd',
    'http://user:secret@films.example.com/',
    '//user@films.example.com/',
    '//10.0.0.1/',
    '\\\\10.0.0.1/',
    '/\t/10.0.0.1/',
    'http:\\\\10.0.0.1/',
    'http://127%E3%80%820%E3%80%820%E3%80%821/',
    'http://[::ffff:10.0.0.1]/',
    'gopher://films.example.com/',
    'http://[',
  ])('to %s is refused, and nobody is asked', async location => {
    await expect(follow(location)).rejects.toMatchObject({ code: 'import-refused' })
    expect(begun).toHaveLength(1)
  })

  it('to itself is refused when its name leads inside by then', async () => {
    const answers = [v4('127.0.0.1'), v4('169.254.169.254')]
    let asked = 0
    const turning = async () => answers[asked++] ?? []
    answer = (_request, response) => response.writeHead(302, { location: '/on' }).end()
    const fetch = createPublicFetch({ resolve: turning, isPublic, check })
    const fetching = fetch(new URL(`http://films.example.com:${port}/`), ask)
    await expect(fetching).rejects.toMatchObject({ code: 'import-refused' })
    expect([asked, begun.length]).toEqual([2, 1])
  })

  it('to and fro between two is left after three times', async () => {
    answer = ({ url }, response) =>
      response.writeHead(302, { location: url === '/a' ? '/b' : '/a' }).end()
    const fetch = createPublicFetch({ resolve, isPublic, check })
    const fetching = fetch(new URL(`http://films.example.com:${port}/a`), ask)
    await expect(fetching).rejects.toMatchObject({ code: 'import-refused' })
    expect(heard).toHaveLength(4)
  })

  it('for ever is left after three times', async () => {
    answer = ({ url }, response) => response.writeHead(302, { location: `${url}0` }).end()
    const fetch = createPublicFetch({ resolve, isPublic, check })
    const fetching = fetch(new URL(`http://films.example.com:${port}/`), ask)
    await expect(fetching).rejects.toMatchObject({ code: 'import-refused' })
    expect(heard).toHaveLength(4)
  })
})

it('says when nobody answers, and that it may be tried again', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  await new Promise(resolve => closed.close(resolve))
  const fetch = createPublicFetch({ resolve: async () => v4('127.0.0.1'), isPublic, check })
  const fetching = fetch(new URL(`http://films.example.com:${port}/`), ask)
  await expect(fetching).rejects.toMatchObject({ code: 'import-unreachable', retryable: true })
})

it('is not waited for longer than it takes to answer, name included', async () => {
  const resolve = () => new Promise<never>(() => undefined)
  const fetch = createPublicFetch({ resolve, headMilliseconds: 20 })
  const fetching = fetch(new URL('http://films.example.com/'), ask)
  await expect(fetching).rejects.toMatchObject({ code: 'import-unreachable', retryable: true })
  expect(begun).toEqual([])
})

it('may be tried again when the resolver does not know for the moment', async () => {
  const resolve = () => Promise.reject(Object.assign(new Error('again'), { code: 'EAI_AGAIN' }))
  const fetching = createPublicFetch({ resolve })(new URL('http://films.example.com/'), ask)
  await expect(fetching).rejects.toMatchObject({ code: 'import-unreachable', retryable: true })
})
