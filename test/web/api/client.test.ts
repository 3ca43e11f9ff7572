// Answers, refusals and silence of the server, as the portal reads them.
import { expect, test, vi } from 'vitest'
import { createApi } from '../../../web/src/api/client.ts'
import { Problem, toProblem } from '../../../web/src/api/problem.ts'

const facts = { name: 'a.mp4', size: 1, type: '', fingerprint: 'f' }
const answering = (response: () => Response) => createApi(async () => response())

test('an upload the server knew already is told from a new one', async () => {
  const body = { videoId: 'v_1', partSize: 10, partCount: 1 }
  const begin = (status: number) =>
    answering(() => Response.json(body, { status })).beginUpload(facts)
  expect(await begin(201)).toEqual({ ...body, resumed: false })
  expect(await begin(200)).toEqual({ ...body, resumed: true })
})

test.each([
  [
    Response.json({ code: 'source-empty', detail: 'Nothing in it.' }, { status: 400 }),
    'source-empty',
    'Nothing in it.',
    false,
  ],
  [
    Response.json({ code: 'internal' }, { status: 500 }),
    'internal',
    'Something went wrong on our side. Try again.',
    true,
  ],
  [
    new Response('<html>502</html>', { status: 502 }),
    'internal',
    'The server is not available at the moment. Try again shortly.',
    true,
  ],
  [
    new Response('', { status: 429 }),
    'internal',
    'The server is not available at the moment. Try again shortly.',
    true,
  ],
  [
    Response.json({ code: 'made-up', detail: 'x' }, { status: 404 }),
    'not-found',
    'There is nothing at this address.',
    false,
  ],
  [
    new Response('', { status: 418 }),
    'bad-request',
    'The server refused the request (418).',
    false,
  ],
])('a refusal, case %#', async (response, code, message, retryable) => {
  const refused = answering(() => response).readVideo('v_1')
  await expect(refused).rejects.toMatchObject({ code, message, retryable })
})

test('no answer is a problem of the network; an abort is none', async () => {
  const dead = createApi(async () => {
    throw new TypeError('Failed to fetch')
  })
  await expect(dead.readVideo('v_1')).rejects.toBeInstanceOf(Problem)
  await expect(dead.readVideo('v_1')).rejects.toMatchObject({ code: 'network', retryable: true })
  const aborted = AbortSignal.abort()
  await expect(dead.heldParts('v_1', aborted)).rejects.not.toBeInstanceOf(Problem)
})

test('an answer that breaks off is a problem of the network, of every call', async () => {
  const broken = answering(() => new Response('{"videoId": "v_', { status: 201 }))
  const cut = { code: 'network', retryable: true }
  await expect(broken.beginUpload(facts)).rejects.toMatchObject(cut)
  await expect(broken.readVideo('v_1')).rejects.toMatchObject(cut)
})

test('what nobody foresaw is reported, with its stack, and is a problem all the same', () => {
  const reported: unknown[] = []
  vi.stubGlobal('reportError', (thrown: unknown) => void reported.push(thrown))
  const mistake = new TypeError('view.rungs is null')
  expect(toProblem(mistake).code).toBe('internal')
  expect(toProblem(new Problem('network')).code).toBe('network')
  expect(reported).toEqual([mistake])
  vi.unstubAllGlobals()
})
