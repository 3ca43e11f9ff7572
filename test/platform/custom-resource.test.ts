// A resource of CloudFormation always answers, and as the same resource: silence would keep a deployment for an hour.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { handleResource } from '#platform/custom-resource.ts'
import { silentLog } from '#platform/log.ts'

/** Where CloudFormation waits for the answer. */
async function startListening() {
  const answers: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += piece
    answers.push({ ...JSON.parse(text), type: request.headers['content-type'] })
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { answers, url: `http://127.0.0.1:${port}/` }
}

const request = (ResponseURL: string, more: Record<string, unknown> = {}) => ({
  RequestType: 'Create',
  ResponseURL,
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Files',
  ResourceProperties: { ServiceToken: 'x' },
  ...more,
})

it('answers what it has done', async () => {
  const { answers, url } = await startListening()
  const done: string[] = []
  const handle = handleResource(async type => done.push(type), silentLog)
  await handle(request(url))
  await handle(request(url, { RequestType: 'Delete', PhysicalResourceId: 'older' }))
  expect(done).toEqual(['Create', 'Delete'])
  expect(answers).toMatchObject([
    { Status: 'SUCCESS', PhysicalResourceId: 'Files', StackId: 'stack', RequestId: 'request' },
    { Status: 'SUCCESS', PhysicalResourceId: 'older' },
  ])
})

it('answers what went wrong', async () => {
  const { answers, url } = await startListening()
  await handleResource(() => Promise.reject(new Error('no room')), silentLog)(request(url))
  expect(answers).toMatchObject([{ Status: 'FAILED', Reason: 'Error: no room' }])
})
