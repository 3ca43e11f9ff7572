// The gate as tests ask it: with keys of their own, a clock that stands still, and tokens of any kind.
import { createHmac } from 'node:crypto'
import { SignJWT } from 'jose'
import { buildGate } from '../../infra/edge/build.ts'
import {
  createEdgeFunction,
  type FunctionRequest,
  isFunctionResponse,
} from '../../local/edge-function.ts'

export const secret = 'a-secret-of-more-than-thirty-two-bytes-$&$1'
export const olderSecret = 'an-older-secret-of-more-than-thirty-two-bytes'
export const video = 'v_0123456789abcdefghijAB'
export const other = 'v_0123456789abcdefghijAC'
export const nowSeconds = 1_800_000_000
export const exp = nowSeconds + 6 * 3600

export const sign = (
  claims: Record<string, unknown>,
  { key = secret, header = { alg: 'HS256', typ: 'JWT' } as Record<string, string> } = {},
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(new TextEncoder().encode(key))

/** A token with any header and payload, validly signed: what a library would refuse to make. */
export function forge(header: unknown, payload: unknown, key = secret): string {
  const text = [header, payload]
    .map(part =>
      Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'),
    )
    .join('.')
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

/** @param uri as sent */
export const ask = (uri: string, method = 'GET'): FunctionRequest => ({
  method,
  uri,
  querystring: { _HLS_msn: { value: '3' } },
  headers: { host: { value: 'edge' } },
  cookies: {},
})

export interface Viewer {
  method?: string
  headers?: Record<string, string>
  cookies?: FunctionRequest['cookies']
  ip?: string
}

/** Of `other`, the lowest epoch that opens is 3. */
export const gate = createEdgeFunction(
  buildGate({ secrets: [secret, olderSecret], revoked: { [other]: 3 } }),
  'gate.js',
  () => nowSeconds * 1000,
)

/** Where the gate sends the request on to, or the status it refuses with. */
export async function uriAfter(
  uri: string,
  { method = 'GET', headers = {}, cookies = {}, ip }: Viewer = {},
): Promise<string> {
  const request = ask(uri, method)
  for (const [name, value] of Object.entries(headers)) request.headers[name] = { value }
  const answer = await gate({ ...request, cookies }, ip)
  return isFunctionResponse(answer) ? String(answer.statusCode) : answer.uri
}

/** A good token of `video`. */
export const goodToken = (): Promise<string> => sign({ e: 0, v: video, exp })
