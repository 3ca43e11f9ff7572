// The edge function before the API: the functions hear from where a request comes, never what it says of itself.
import { expect, it } from 'vitest'
import { viewerAddress, viewerAddressHeader } from '#platform/viewer-address.ts'
import { buildViewer } from '../../infra/edge/build.ts'
import { createEdgeFunction, isFunctionResponse } from '../../local/edge-function.ts'

it.each(['203.0.113.7', '2001:db8::7'])('%s is said, and nothing else is changed', async ip => {
  const viewer = createEdgeFunction(buildViewer(), 'viewer.js')
  const request = {
    method: 'POST',
    uri: '/api/session',
    querystring: {},
    headers: { [viewerAddressHeader]: { value: '198.51.100.1' }, accept: { value: '*/*' } },
    cookies: { a: { value: 'b' } },
  }
  const answer = await viewer(structuredClone(request), ip)
  if (isFunctionResponse(answer)) throw new Error('it answered by itself')
  expect(answer).toEqual({
    ...request,
    headers: { ...request.headers, [viewerAddressHeader]: { value: ip } },
  })
  const headers = Object.entries(answer.headers).map(([name, { value }]) => [name, value])
  expect(viewerAddress(new Request('https://x', { headers: headers as [string, string][] }))).toBe(
    ip,
  )
})
