// Starts and stops MiniStack, the laptop's stand-in for S3, SQS, DynamoDB and EventBridge, as one loopback process that
// never outlives the process that started it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface MiniStackOptions {
  /** The venv's interpreter, in which local/requirements.txt is installed. */
  python: string
  /** 0: any free port. */
  port: number
  /** Where state is kept between runs; without it, state lives in memory. Written at a clean stop only. */
  stateDir?: string
  /** Signatures and policies are enforced, as on AWS. */
  auth: boolean
  /** Files of a certificate for 127.0.0.1 and localhost, and of its key: it then answers by https, and this process must trust it. */
  tls?: { certificate: string; key: string }
}

export interface MiniStack {
  /** `http://127.0.0.1:<port>`, for every service; `https` with a certificate. */
  endpoint: string
  /** Of its process: benches ask what it costs. */
  pid: number | undefined
  /** Ends it, with its state written. Never throws; a second call waits for the first. */
  stop(): Promise<void>
  /** Fulfilled once the process is gone, whoever ended it. */
  exited: Promise<void>
}

const readyMilliseconds = 30_000
const stopMilliseconds = 15_000

const program = join(import.meta.dirname, 'run-ministack.py')

/** Resolves when it answers. Throws, with the end of its output, when it ends or stays silent instead. */
export async function startMiniStack(options: MiniStackOptions): Promise<MiniStack> {
  const port = options.port || (await freePort())
  const endpoint = `http${options.tls ? 's' : ''}://127.0.0.1:${port}`
  const child = spawn(options.python, [program, String(stopMilliseconds / 1000)], {
    // A group of its own: Ctrl-C reaches us alone, and we stop it after those that use it.
    detached: true,
    env: environment(port, options),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = lastOutput(child)
  let gone = false
  const exited = new Promise<void>(resolve => {
    const ended = () => {
      gone = true
      resolve()
    }
    child.once('exit', ended)
    child.once('error', error => {
      output.add(error.message)
      ended()
    })
  })

  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= stopProcess(child, exited)
    return stopping
  }

  const deadline = performance.now() + readyMilliseconds
  while (!(await isReady(endpoint))) {
    if (gone || performance.now() > deadline) {
      await stop()
      throw new Error(`MiniStack did not start on port ${port}:\n${output.text()}`)
    }
    await Promise.race([delay(25), exited])
  }
  return { endpoint, pid: child.pid, stop, exited }
}

/** Nothing of the person's AWS set-up gets in: neither credentials nor an endpoint. */
function environment(port: number, { auth, stateDir, tls }: MiniStackOptions): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR'].map(name => [name, process.env[name]])
  return {
    ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
    GATEWAY_PORT: String(port),
    // Its default is every interface of the machine.
    BIND_HOST: '127.0.0.1',
    AUTH: String(auth),
    LOG_LEVEL: 'WARNING',
    PYTHONUNBUFFERED: '1',
    ...(tls
      ? { USE_SSL: '1', MINISTACK_SSL_CERT: tls.certificate, MINISTACK_SSL_KEY: tls.key }
      : {}),
    ...(stateDir === undefined
      ? {}
      : {
          PERSIST_STATE: '1',
          STATE_DIR: join(stateDir, 'state'),
          S3_PERSIST: '1',
          S3_DATA_DIR: join(stateDir, 's3'),
        }),
  }
}

async function isReady(endpoint: string): Promise<boolean> {
  try {
    const answer = await fetch(`${endpoint}/_ministack/ready`, {
      signal: AbortSignal.timeout(1000),
    })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

async function stopProcess(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM')
  await Promise.race([exited, delay(stopMilliseconds, undefined, { ref: false })])
  child.kill('SIGKILL')
  await exited
}

/** Keeps the end of what it prints, for the message when it fails; the pipes must be read in any case. */
function lastOutput(child: ChildProcess) {
  let text = ''
  const add = (chunk: string) => {
    text = (text + chunk).slice(-4000)
  }
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', add)
  // A write to a process that is gone; its end is told by `exited`.
  child.stdin?.on('error', () => {})
  return { add, text: () => text.trim() }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port.')
  return address.port
}
