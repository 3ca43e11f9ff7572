// The whole local stack for a bench: started as a person would, on a port and a state folder of its own, with its log kept.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { becomeOwner } from './owner.ts'
import { childrenOf } from './processes.ts'

export interface LogLine {
  /** Milliseconds since the epoch when the line was read. */
  at: number
  source: string
  message: string
  [field: string]: unknown
}

export interface Stack {
  origin: string
  /** Where its store, queues and table answer. */
  endpoint: string
  /** What it keeps between runs; gone once stopped. */
  stateFolder: string
  log: LogLine[]
  /** Process id of everything but store and transcoder. */
  process(): number
  /** Process id of the transcoder at work. */
  transcoder(): number
  /** As a power cut would; what was stored stays. */
  kill(): Promise<void>
  /** After `kill`: the same addresses, the same state. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

function readLine(text: string): LogLine | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    const { source = '', message = '', ...fields } = value as Record<string, unknown>
    return { ...fields, at: Date.now(), source: String(source), message: String(message) }
  } catch {
    return null
  }
}

const readyWithinMilliseconds = 30_000

/** @param program in the place of what `npm start` runs */
export async function startStack(
  env: Record<string, string> = {},
  program = 'local/main.ts',
): Promise<Stack> {
  const port = await freePort()
  const state = await mkdtemp(join(tmpdir(), 'millrace-bench-'))
  const log: LogLine[] = []
  const adminCode = randomBytes(16).toString('hex')
  const all = {
    ...process.env,
    ...{ PORT: String(port), MILLRACE_STATE: state, LOG_FORMAT: 'json' },
    ...{ ACCOUNTS: 'on', ADMIN_CODE: adminCode },
  }
  const launch = () => launchStack(program, { ...all, ...env }, log)
  let child = await launch()
  const origin = `http://localhost:${port}`
  // Whoever gives a code of their own becomes the admin themselves.
  if (env['ACCOUNTS'] !== 'off' && !env['ADMIN_CODE']) await becomeOwner(origin, adminCode)
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ended = new Promise(resolve => child.once('exit', resolve))
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await ended
  }
  return {
    origin,
    endpoint: `http://127.0.0.1:${await readFile(join(state, 'store-port'), 'utf8')}`,
    stateFolder: state,
    log,
    process: () => child.pid ?? 0,
    transcoder() {
      const started = log.findLast(({ message }) => message === 'ready for work')
      if (!started) throw new Error('the transcoder has not started')
      return Number(started['pid'])
    },
    async kill() {
      const children = await childrenOf(child.pid ?? 0)
      await end('SIGKILL')
      // The emulator notices, and writes down what it holds: a store that is real has done so before it answered.
      while (children.some(isAlive)) await wait(50)
    },
    async restart() {
      child = await launch()
    },
    async stop() {
      await end('SIGTERM')
      await rm(state, { recursive: true, force: true })
    },
  }
}

/** Resolves when it is ready. */
async function launchStack(
  program: string,
  env: NodeJS.ProcessEnv,
  log: LogLine[],
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('the stack did not start')),
      readyWithinMilliseconds,
    )
    child.once('exit', code => reject(new Error(`the stack ended with ${code}`)))
    lines.on('line', text => {
      const line = readLine(text)
      if (line) log.push(line)
      if (text.includes('Millrace is ready')) {
        clearTimeout(timer)
        resolve()
      }
    })
  })
  return child
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
