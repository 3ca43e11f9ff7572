// What the ECS agent is told while messages are worked on, over a real socket.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { createLog } from '#platform/log.ts'
import { createTaskProtection } from '../../transcoder/task-protection.ts'

const idleMilliseconds = 40
const protect = { ProtectionEnabled: true, ExpiresInMinutes: 15 }
const release = { ProtectionEnabled: false }

/** An agent that notes what it is told; `answer` decides what it says. */
async function startAgent(answer: () => [status: number, body: string] = () => [200, granted]) {
  const told: unknown[] = []
  const requests: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request
      .setEncoding('utf8')
      .on('data', text => {
        body += text
      })
      .on('end', () => {
        requests.push(`${request.method} ${request.url}`)
        told.push(JSON.parse(body))
        const [status, text] = answer()
        response.writeHead(status, { 'content-type': 'application/json' }).end(text)
      })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { agent: `http://127.0.0.1:${port}/api/1234`, told, requests }
}

const granted = JSON.stringify({ protection: { ProtectionEnabled: true, TaskArn: 'arn' } })
const blocked = JSON.stringify({ failure: { Arn: 'arn', Reason: 'DEPLOYMENT_BLOCKED' } })

function create(agent: string | undefined) {
  const lines: string[] = []
  const log = createLog({
    ...{ source: 'test', level: 'debug', format: 'text', now: () => new Date(0) },
    write: line => lines.push(line),
  })
  return { lines, ...createTaskProtection({ agent, log, idleMilliseconds }) }
}

it('is asked for with the first of several messages and given back once all are done', async () => {
  const { agent, told, requests } = await startAgent()
  const { during, lines } = create(agent)
  const [one, two] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
  const first = during(() => one.promise)
  const second = during(() => two.promise)
  await expect.poll(() => told).toEqual([protect])
  one.resolve('one')
  expect(await first).toBe('one')
  await wait(2 * idleMilliseconds)
  expect(told).toEqual([protect])
  two.resolve('two')
  expect(await second).toBe('two')
  await expect.poll(() => told).toEqual([protect, release])
  expect(new Set(requests)).toEqual(new Set(['PUT /api/1234/task-protection/v1/state']))
  expect(lines).toEqual([])
})

it('stays between two messages that follow each other', async () => {
  const { agent, told } = await startAgent()
  const { during } = create(agent)
  await during(async () => undefined)
  await during(() => wait(3 * idleMilliseconds))
  expect(told).toEqual([protect])
  await expect.poll(() => told).toEqual([protect, release])
  await during(async () => undefined)
  await expect.poll(() => told).toEqual([protect, release, protect, release])
})

it('is given back after work that throws, and the failure is the work’s own', async () => {
  const { agent, told } = await startAgent()
  const { during } = create(agent)
  await expect(during(() => Promise.reject(new Error('no work')))).rejects.toThrow('no work')
  await expect.poll(() => told).toEqual([protect, release])
})

it('is given back at once when the worker ends, after what was asked before', async () => {
  const { agent, told } = await startAgent()
  const { during, end } = create(agent)
  await during(async () => undefined)
  await end()
  expect(told).toEqual([protect, release])
  await end()
  await wait(2 * idleMilliseconds)
  expect(told).toEqual([protect, release])
})

it.each<[string, number, string]>([
  ['a failure with a status of success', 200, blocked],
  ['a status of failure', 400, '{}'],
])('%s is said and keeps nobody from work', async (_, status, text) => {
  const { agent } = await startAgent(() => [status, text])
  const { during, end, lines } = create(agent)
  expect(await during(async () => 'done')).toBe('done')
  await end()
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain(`the task protection was not changed enabled=true`)
})

it('works without an agent, and with one that does not answer', async () => {
  expect(await create(undefined).during(async () => 'done')).toBe('done')
  await create(undefined).end()
  const gone = create('http://127.0.0.1:9')
  expect(await gone.during(async () => 'done')).toBe('done')
  await gone.end()
  expect(gone.lines).toHaveLength(2)
})
