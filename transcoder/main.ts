// The transcoder as a process: environment, clients, then polling until it is told to stop. SIGTERM hands all work back at
// once; a parent that dies takes the process with it.
import { availableParallelism } from 'node:os'
import { configurationExitCode } from '#domain/env.ts'
import { MillraceError } from '#domain/errors.ts'
import { readChoice, readCount } from '#platform/env.ts'
import { createLog, logFormats, logLevels } from '#platform/log.ts'
import { createPorts, createWorker, type WorkerOptions } from './compose.ts'
import { poll } from './poller.ts'
import { startPulse } from './pulse.ts'
import { createTaskProtection } from './task-protection.ts'

const { env } = process

/** Runs until it is told to stop. `fault` is where tests cut it off. */
export async function main(options: Omit<WorkerOptions, 'log'> = {}): Promise<void> {
  const log = createLog({
    source: 'transcoder',
    level: readChoice(env, 'LOG_LEVEL', logLevels, 'info'),
    format: readChoice(env, 'LOG_FORMAT', logFormats, 'json'),
    write: line => process.stdout.write(line),
    now: () => new Date(),
  })
  const ports = createPorts(env)
  const slots = readCount(env, 'WORKER_SLOTS', availableParallelism())
  const worker = await createWorker(ports, { ...options, log })

  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGTERM', onSignal)
  process.once('SIGINT', onSignal)
  if (env['MILLRACE_PARENT_PIPE'] === '1') {
    // The parent holds the other end: it ends when the parent dies, however it dies.
    process.stdin.resume().once('end', onSignal).once('error', onSignal)
  }
  log.info('ready for work', {
    pid: process.pid,
    slots,
    ffmpeg: worker.encoder,
    worker: worker.id,
  })
  // Whoever started this process with a channel waits for the word.
  process.send?.('ready')
  const protection = createTaskProtection({ agent: env['ECS_AGENT_URI'], log })
  const pulse = startPulse(env['PULSE_FILE'])
  await poll({
    queue: ports.queue,
    slots,
    run: message => protection.during(() => worker.work(message, stop.signal)),
    stopping: stop.signal,
    log,
  })
  await protection.end()
  pulse.stop()
  worker.close()
  log.info('stopped')
}

if (import.meta.main) {
  main().then(
    () => process.exit(0),
    (thrown: unknown) => {
      const sentence = thrown instanceof MillraceError ? thrown.message : String(thrown)
      process.stderr.write(`The transcoder cannot run: ${sentence}\n`)
      const misconfigured = thrown instanceof MillraceError && thrown.code === 'configuration-wrong'
      process.exit(misconfigured ? configurationExitCode : 1)
    },
  )
}
