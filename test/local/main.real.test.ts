// The whole on one machine as a person runs it: ready, stopped, started again, killed, and what it says when it cannot run.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { becomeOwner } from '../../bench/owner.ts'

const root = join(import.meta.dirname, '..', '..')
const patient = { timeout: 30_000, interval: 100 }
let folder: string
let runs: Run[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-main-'))
})

afterEach(async () => {
  for (const { child } of runs) child.kill('SIGKILL')
  runs = []
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 })
})

interface Run {
  child: ChildProcess
  output(): string
  exit: Promise<number | null>
  /** The address it says. */
  ready: Promise<string>
}

function start(env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ['local/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      PORT: '0',
      MILLRACE_STATE: join(folder, 'state'),
      // Somebody's own set-up, which must not get in.
      AWS_PROFILE: 'work',
      AWS_SESSION_TOKEN: 'stale',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const address = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const said = /^Millrace is ready: (\S+)$/m.exec(output)
      if (said?.[1]) address.resolve(said[1])
    })
  }
  const exit = once(child, 'close').then(([code]) => code)
  exit.then(code => address.reject(new Error(`ended with ${code}: ${output}`)))
  address.promise.catch(() => {})
  const run = { child, output: () => output, exit, ready: address.promise }
  runs.push(run)
  return run
}

const answers = (address: string) =>
  fetch(address).then(
    answer => answer.ok,
    () => false,
  )
const emulator = async () =>
  `http://127.0.0.1:${await readFile(join(folder, 'state', 'store-port'), 'utf8')}/_ministack/ready`

it('serves portal and API, keeps its state over a stop, and leaves nothing running', async () => {
  const first = start()
  const address = await first.ready
  expect(await (await fetch(`${address}/health`)).json()).toEqual({ status: 'ok' })
  await expect.poll(first.output, patient).toContain('Become the admin')
  const [, code = ''] = /\/join#(\S+)/.exec(first.output()) ?? []
  const { key } = await becomeOwner(address, code)
  const headers = { authorization: `Bearer ${key}` }
  const begin = await fetch(`${address}/api/uploads`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'a.mp4', size: 1000, type: 'video/mp4', fingerprint: 'a-file' }),
  })
  expect(begin.status).toBe(201)
  const { videoId } = Object(await begin.json())
  await expect.poll(first.output, patient).toContain('ready for work')
  const store = await emulator()

  first.child.kill('SIGINT')
  expect(await first.exit).toBe(0)
  expect(first.output()).toContain('[transcoder] stopped')
  expect([await answers(address), await answers(store)]).toEqual([false, false])

  const second = start({ WAY_BACK: 'Owner@Example.com' })
  const again = await second.ready
  expect(second.output()).not.toContain('Become the admin')
  await expect.poll(second.output, patient).toContain(`${again}/join?password#owner.`)
  const kept = await fetch(`${again}/api/videos/${videoId}`, { headers })
  expect([kept.status, await kept.json()]).toEqual([200, expect.objectContaining({ title: 'a' })])
  expect(await emulator()).toBe(store)
  second.child.kill('SIGTERM')
  expect(await second.exit).toBe(0)
})

it('takes everything with it when it is killed, and can be started right after', async () => {
  const first = start()
  const address = await first.ready
  await expect.poll(first.output, patient).toContain('ready for work')
  const transcoder = Number(/ready for work .*\bpid=(\d+)/.exec(first.output())?.[1])
  first.child.kill('SIGKILL')
  const isThere = () => {
    try {
      return process.kill(transcoder, 0)
    } catch {
      return false
    }
  }
  await expect.poll(isThere, patient).toBe(false)
  await start().ready
  expect(await answers(`${address}/health`)).toBe(false)
})

it('starts a transcoder that was killed again, and ends when the emulator is gone', async () => {
  const only = start()
  await only.ready
  await expect.poll(only.output, patient).toContain('ready for work')
  process.kill(Number(/ready for work .*\bpid=(\d+)/.exec(only.output())?.[1]), 'SIGKILL')
  await expect.poll(() => only.output().match(/ready for work/g)?.length, patient).toBe(2)
  const [pid] = await childrenOf(only.child.pid, 'ministack')
  process.kill(pid ?? 0, 'SIGKILL')
  expect(await only.exit).toBe(1)
  expect(only.output()).toContain('MiniStack has ended unexpectedly')
})

it('says in a sentence why it does not run', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const taken = start({ PORT: String(port) })
  expect(await taken.exit).toBe(1)
  expect(taken.output()).toContain(`Port ${port} is taken by another program.`)
  other.close()

  const wrong = start({ PORT: 'eighty' })
  expect(await wrong.exit).toBe(1)
  expect(wrong.output().trim()).toBe('Set PORT to a port number from 0 to 65535, or leave it out.')

  const nobody = start({ WAY_BACK: 'nobody@example.com' })
  expect(await nobody.exit).toBe(1)
  expect(nobody.output()).toContain('Nobody has an account here with the address in WAY_BACK.')

  const first = start()
  await first.ready
  const second = start()
  expect(await second.exit).toBe(1)
  expect(second.output()).toContain('Millrace is already running with the state in')
  expect(await answers(`${await first.ready}/health`)).toBe(true)
})

async function childrenOf(parent: number | undefined, name: string): Promise<number[]> {
  const listing = spawn('ps', ['-axo', 'pid=,ppid=,command='], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  for await (const part of listing.stdout) text += part
  return text
    .split('\n')
    .map(line => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter(match => match !== null && Number(match[2]) === parent)
    .filter(match => match?.[3]?.includes(name))
    .map(match => Number(match?.[1]))
}
