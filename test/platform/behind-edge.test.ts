// Past the edge there is nothing.
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { edgeSecretHeader } from '#domain/delivery.ts'
import { behindEdge, behindEdgeByEnv } from '#platform/behind-edge.ts'

const app = new Hono().get('/api/videos', c => c.text('the videos'))
const ask = (outer: Hono, headers: Record<string, string> = {}) =>
  outer.request('/api/videos', { headers })

it.each<[string, Record<string, string>, number]>([
  ['with the secret', { [edgeSecretHeader]: 'the secret of the edge' }, 200],
  ['without it', {}, 404],
  ['with an empty one', { [edgeSecretHeader]: '' }, 404],
  ['with another', { [edgeSecretHeader]: 'the secret of the edgf' }, 404],
  ['with its beginning', { [edgeSecretHeader]: 'the secret' }, 404],
])('%s the API answers %j with %i', async (_, headers, status) => {
  const answer = await ask(behindEdge(app, 'the secret of the edge'), headers)
  expect(answer.status).toBe(status)
  if (status !== 200) expect(await answer.json()).toMatchObject({ code: 'not-found' })
})

it('is read where a stage has one, and is not asked for where there is none', async () => {
  const call = async () => JSON.stringify({ SecretString: 'kept' })
  const kept = await behindEdgeByEnv(app, { EDGE_SECRET_ARN: 'arn' }, call)
  expect((await ask(kept)).status).toBe(404)
  expect((await ask(kept, { [edgeSecretHeader]: 'kept' })).status).toBe(200)
  expect(await behindEdgeByEnv(app, {}, call)).toBe(app)
})
