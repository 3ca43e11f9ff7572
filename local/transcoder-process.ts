// Runs the transcoder as a process of its own and starts it again when it dies, ever more slowly when it dies at once.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { Log } from '#platform/log.ts'

export interface TranscoderOptions {
  /** Path of its main file. */
  entry: string
  /** The whole of its environment. */
  env: Readonly<Record<string, string>>
  log: Log
  /** Tests shorten it. */
  firstDelayMilliseconds?: number
}

export interface TranscoderProcess {
  /** Tells it to hand its work back, and waits until it has gone; kills it when that takes too long. */
  stop(): Promise<void>
  /** At once. */
  kill(): void
}

const stopMilliseconds = 20_000
const longestDelayMilliseconds = 30_000
/** Who lives this long has started well: the next start is quick again. */
const wellMilliseconds = 60_000

export function startTranscoder(options: TranscoderOptions): TranscoderProcess {
  const { entry, env, log, firstDelayMilliseconds = 500 } = options
  const stopping = new AbortController()
  let child: ChildProcess | undefined

  const finished = keepRunning()

  async function keepRunning(): Promise<void> {
    let delay = firstDelayMilliseconds
    while (!stopping.signal.aborted) {
      const started = performance.now()
      const how = await runOnce()
      if (stopping.signal.aborted) return
      const lived = performance.now() - started
      if (lived > wellMilliseconds) delay = firstDelayMilliseconds
      log.warn('the transcoder ended and is started again', { how, inSeconds: delay / 1000 })
      await wait(delay, undefined, { signal: stopping.signal }).catch(() => {})
      delay = Math.min(delay * 2, longestDelayMilliseconds)
    }
  }

  async function runOnce(): Promise<string> {
    child = spawn(process.execPath, [entry], {
      env: { ...env, MILLRACE_PARENT_PIPE: '1' },
      // It watches its stdin: the pipe ends with this process, even after kill -9.
      stdio: ['pipe', 'inherit', 'inherit'],
      // A group of its own: Ctrl-C reaches us alone, and we stop it after the requests that are under way.
      detached: true,
    })
    // A write to a process that is gone; its end is told by `exit`.
    child.stdin?.on('error', () => {})
    try {
      const [code, signal] = await once(child, 'exit')
      return signal ? `killed by ${signal}` : `exit code ${code}`
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown)
    }
  }

  const kill = () => {
    stopping.abort()
    child?.kill('SIGKILL')
  }

  return {
    kill,
    async stop() {
      stopping.abort()
      child?.kill('SIGTERM')
      const late = setTimeout(kill, stopMilliseconds)
      await finished
      clearTimeout(late)
    },
  }
}
