// Runs FFmpeg and ffprobe: the one place that starts processes. Each runs in its sandbox and its own process group; stopping
// means terminate, wait, kill, reap.
import { type ChildProcess, spawn } from 'node:child_process'
import { MillraceError } from '#domain/errors.ts'
import type { Log } from '#platform/log.ts'
import { createProgressReader, type FfmpegProgress } from './ffmpeg-progress.ts'
import {
  defaultSandbox,
  niceness,
  pasteable,
  sandboxCommand,
  sandboxEnvironment,
} from './sandbox.ts'

export interface RunOptions {
  args: readonly string[]
  /** Output files go here, by relative names. */
  cwd?: string
  /** Wall clock; the process group is killed when it runs out. */
  timeoutSeconds: number
  /** One of `niceness`; without it, first. */
  nice?: number
  signal?: AbortSignal
  /** Whose line the command stands in; without it, the program's own. */
  log?: Log
  onProgress?: (progress: FfmpegProgress) => void
}

export interface RunResult {
  stdout: string
  /** What FFmpeg said: at most the first 32 KiB and the last. */
  stderr: string
  /** CPU time it used, as it says itself at level info; 0 when it was told to be quieter. */
  cpuSeconds: number
}

export interface Ffmpeg {
  /** @throws MillraceError `encode-failed` (its detail has FFmpeg's words) or `cancelled` when the signal fires. */
  run(options: RunOptions): Promise<RunResult>
  /** ffprobe. @throws MillraceError `source-unreadable`, `probe-timeout` or `cancelled`. */
  probe(options: Omit<RunOptions, 'onProgress' | 'nice' | 'cwd'>): Promise<string>
  /** The build's version: part of every plan. */
  version(): Promise<string>
}

const keptStderr = 32 * 1024
const maxStdout = 512 * 1024 * 1024
const killAfterMilliseconds = 2000

type Ending = { kind: 'exit'; code: number | null } | { kind: 'timeout' } | { kind: 'aborted' }

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is gone already.
  }
}

interface Finished extends Omit<RunResult, 'cpuSeconds'> {
  ending: Ending
}

function readCpuSeconds(stderr: string): number {
  const match = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr)
  return match ? Number(match[1]) + Number(match[2]) : 0
}

function runProcess(program: string, options: RunOptions): Promise<Finished> {
  const { command, args } = sandboxCommand(program, options.args, {
    limits: defaultSandbox,
    nice: options.nice ?? niceness.first,
  })
  return new Promise((resolve, reject) => {
    if (options.signal?.aborted) {
      resolve({ ending: { kind: 'aborted' }, stdout: '', stderr: '' })
      return
    }
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: sandboxEnvironment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let why: Ending | null = null
    let reaper: NodeJS.Timeout | undefined
    const stop = (ending: Ending) => {
      if (why) return
      why = ending
      killGroup(child, 'SIGTERM')
      reaper = setTimeout(() => killGroup(child, 'SIGKILL'), killAfterMilliseconds)
    }
    const timer = setTimeout(() => stop({ kind: 'timeout' }), options.timeoutSeconds * 1000)
    const onAbort = () => stop({ kind: 'aborted' })
    options.signal?.addEventListener('abort', onAbort, { once: true })

    const stdout: string[] = []
    let stdoutLength = 0
    let head = ''
    let tail = ''
    const readProgress = options.onProgress ? createProgressReader(options.onProgress) : null
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (readProgress) return readProgress(text)
      stdoutLength += text.length
      if (stdoutLength > maxStdout) stop({ kind: 'timeout' })
      else stdout.push(text)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const room = keptStderr - head.length
      head += text.slice(0, room)
      tail = (tail + text.slice(room)).slice(-keptStderr)
    })
    child.once('error', reject)
    child.once('close', code => {
      clearTimeout(timer)
      clearTimeout(reaper)
      options.signal?.removeEventListener('abort', onAbort)
      // A child of the child could outlive it: the group ends with its leader.
      killGroup(child, 'SIGKILL')
      resolve({
        ending: why ?? { kind: 'exit', code },
        stdout: stdout.join(''),
        stderr: head + tail,
      })
    })
  })
}

export function createFfmpeg(deps: { ffmpegPath: string; ffprobePath: string; log: Log }): Ffmpeg {
  let version: Promise<string> | undefined
  return {
    async run(options) {
      const { log = deps.log } = options
      log.debug('ffmpeg', { command: pasteable(deps.ffmpegPath, options.args) })
      const args = ['-benchmark', ...options.args]
      const { ending, stdout, stderr } = await runProcess(deps.ffmpegPath, { ...options, args })
      if (ending.kind === 'aborted') throw new MillraceError('cancelled')
      if (ending.kind === 'timeout') {
        throw new MillraceError('encode-failed', {
          detail: `ffmpeg ran longer than allowed; ${stderr.slice(-2000)}`,
        })
      }
      if (ending.code !== 0) {
        throw new MillraceError('encode-failed', {
          detail: `ffmpeg ended with ${ending.code}: ${stderr.slice(-4000)}\n${pasteable(deps.ffmpegPath, options.args)}`,
        })
      }
      return { stdout, stderr, cpuSeconds: readCpuSeconds(stderr) }
    },
    async probe(options) {
      const { ending, stdout, stderr } = await runProcess(deps.ffprobePath, options)
      if (ending.kind === 'aborted') throw new MillraceError('cancelled')
      if (ending.kind === 'timeout')
        throw new MillraceError('probe-timeout', { detail: stderr.slice(-2000) })
      if (ending.code !== 0) {
        throw new MillraceError('source-unreadable', { detail: `ffprobe: ${stderr.slice(-2000)}` })
      }
      return stdout
    },
    version() {
      version ??= runProcess(deps.ffmpegPath, { args: ['-version'], timeoutSeconds: 10 }).then(
        ({ stdout }) => {
          const line = stdout.split('\n', 1)[0] ?? ''
          if (!line.startsWith('ffmpeg version ')) {
            throw new MillraceError('configuration-wrong', {
              message: `${deps.ffmpegPath} is not FFmpeg: let FFMPEG_PATH name it, or leave it out.`,
            })
          }
          return line.slice('ffmpeg version '.length).split(' ', 1)[0] ?? ''
        },
      )
      return version
    },
  }
}
