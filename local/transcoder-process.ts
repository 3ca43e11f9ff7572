// Runs the transcoder as a process of its own and starts it again when it dies, ever more slowly when it dies at once.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { configurationExitCode } from '#domain/env.ts'
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
  /** It waits for work; or it refuses its configuration, has said why, and is not started again. */
  begun: Promise<'ready' | 'refused'>
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
  const begun = Promise.withResolvers<'ready' | 'refused'>()

  const finished = keepRunning()

  async function keepRunning(): Promise<void> {
    let delay = firstDelayMilliseconds
    while (!stopping.signal.aborted) {
      const started = performance.now()
      const { code, how } = await runOnce()
      if (code === configurationExitCode) begun.resolve('refused')
      if (code === configurationExitCode || stopping.signal.aborted) return
      const lived = performance.now() - started
      if (lived > wellMilliseconds) delay = firstDelayMilliseconds
      log.warn('the transcoder ended and is started again', { how, inSeconds: delay / 1000 })
      await wait(delay, undefined, { signal: stopping.signal }).catch(() => {})
      delay = Math.min(delay * 2, longestDelayMilliseconds)
    }
  }

  async function runOnce(): Promise<{ code: number | null; how: string }> {
    child = spawn(process.execPath, [entry], {
      env: { ...env, MILLRACE_PARENT_PIPE: '1' },
      // It watches its stdin: the pipe ends with this process, even after kill -9.
      // The channel brings one word: that it is ready.
      stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
      // A group of its own: Ctrl-C reaches us alone, and we stop it after the requests that are under way.
      detached: true,
    })
    // A write to a process that is gone; its end is told by `exit`.
    child.stdin?.on('error', () => {})
    child.once('message', () => begun.resolve('ready'))
    try {
      const [code, signal] = await once(child, 'exit')
      return { code, how: signal ? `killed by ${signal}` : `exit code ${code}` }
    } catch (thrown) {
      return { code: null, how: thrown instanceof Error ? thrown.message : String(thrown) }
    }
  }

  const kill = () => {
    stopping.abort()
    child?.kill('SIGKILL')
  }

  return {
    begun: begun.promise,
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
