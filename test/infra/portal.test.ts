// The portal's edge function: pages fall back to index.html, files do not, media addresses without a token are refused.
import { describe, expect, it } from 'vitest'
import { buildPortal, maxFunctionBytes } from '../../infra/edge/build.ts'
import {
  createEdgeFunction,
  type FunctionRequest,
  isFunctionResponse,
} from '../../local/edge-function.ts'

const portal = createEdgeFunction(buildPortal(), 'portal.js')

async function uriAfter(uri: string): Promise<string> {
  const request = { method: 'GET', uri, querystring: {}, headers: {}, cookies: {} }
  const answer = await portal(request)
  return isFunctionResponse(answer) ? String(answer.statusCode) : answer.uri
}

describe('the portal', () => {
  it.each([
    ['/', '/index.html'],
    ['/videos/v_0123456789abcdefghijAB', '/index.html'],
    ['/videos/', '/index.html'],
    ['/embed/v_0123456789abcdefghijAB', '/embed.html'],
    ['/embed', '/index.html'],
    ['/a.b/c', '/index.html'],
    ['/index.html', '/index.html'],
    ['/favicon.svg', '/favicon.svg'],
    ['/deep/robots.txt', '/deep/robots.txt'],
    ['/v', '/index.html'],
    ['/v/v_0123456789abcdefghijAB', '/index.html'],
    ['/t/token/x/y', '403'],
    ['/v/v_0123456789abcdefghijAB/1/main.m3u8', '403'],
    ['/p/v_0123456789abcdefghijAB/1/1/main.m3u8', '403'],
  ])('%s → %s', async (uri, expected) => {
    expect(await uriAfter(uri)).toBe(expected)
  })

  it.each([
    [
      'facebookexternalhit/1.1',
      `/watch/${'v_0123456789abcdefghijAB'}`,
      '/api/share/v_0123456789abcdefghijAB',
    ],
    [
      'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
      '/watch/v_0123456789abcdefghijAB/',
      '/api/share/v_0123456789abcdefghijAB',
    ],
    [
      'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
      '/watch/v_0123456789abcdefghijAB',
      '/api/share/v_0123456789abcdefghijAB',
    ],
    ['Slackbot-LinkExpanding 1.0', '/', undefined],
    ['Slackbot-LinkExpanding 1.0', '/watch/v_short', undefined],
    ['Mozilla/5.0 (X11; Linux x86_64) Chrome/140', '/watch/v_0123456789abcdefghijAB', undefined],
  ])('shows %s tags in place of %s: %s', async (agent, uri, expected) => {
    const headers = { 'user-agent': { value: agent } }
    const answer = await portal({ method: 'GET', uri, querystring: {}, headers, cookies: {} })
    const location = isFunctionResponse(answer) ? answer.headers?.['location']?.value : undefined
    expect(location).toBe(expected)
  })

  it('sends the token of a share link along to the tags, and nothing else', async () => {
    const uri = '/watch/v_0123456789abcdefghijAB'
    const headers = { 'user-agent': { value: 'Twitterbot/1.0' } }
    const share = 's_0123456789abcdefghijAB.0123456789abcdefghijAB'
    const locationOf = async (querystring: FunctionRequest['querystring']) => {
      const answer = await portal({ method: 'GET', uri, querystring, headers, cookies: {} })
      return isFunctionResponse(answer) ? answer.headers?.['location']?.value : undefined
    }
    const plain = '/api/share/v_0123456789abcdefghijAB'
    expect(await locationOf({ share: { value: share }, t: { value: '4' } })).toBe(
      `${plain}?share=${share}`,
    )
    for (const value of ['', 'a&b=c', 'a%0d%0ab', 'a\r\nset-cookie: x', 'x'.repeat(101)]) {
      expect(await locationOf({ share: { value } })).toBe(plain)
    }
  })

  it('stays under the quota', () => {
    expect(buildPortal().length).toBeLessThan(maxFunctionBytes)
  })
})
