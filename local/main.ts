// `npm start`: runs Millrace on this machine until Ctrl-C, and says in one sentence what keeps it from doing so.
import { join } from 'node:path'
import { MillraceError } from '#domain/errors.ts'
import { readChoice } from '#platform/env.ts'
import { createLog, logFormats, logLevels } from '#platform/log.ts'
import { type Running, run } from './run.ts'
import { readSettings } from './settings.ts'

const root = join(import.meta.dirname, '..')
const complain = (sentence: string) => process.stderr.write(`${sentence}\n`)

const onePressMilliseconds = 1000

/** Resolves with the exit code once everything has stopped. */
async function main(): Promise<number> {
  const format = readChoice(process.env, 'LOG_FORMAT', logFormats, 'text')
  const logging = {
    source: 'millrace',
    format,
    write: (line: string) => process.stdout.write(line),
    now: () => new Date(),
  }
  const log = createLog({
    ...logging,
    level: readChoice(process.env, 'LOG_LEVEL', logLevels, 'info'),
  })
  // Whatever the log leaves out, this is said.
  const spoken = createLog({ ...logging, level: 'info' })
  const say = (sentence: string) =>
    format === 'json' ? spoken.info(sentence) : void process.stdout.write(`${sentence}\n`)
  const told = Promise.withResolvers<'told'>()
  let running: Running | undefined
  let firstAt: number | null = null
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const now = performance.now()
      firstAt ??= now
      told.resolve('told')
      // A terminal sends Ctrl-C to npm and to us, and npm hands it on: one press comes twice.
      if (now - firstAt < onePressMilliseconds) return
      // The emulator sees its stdin end and writes its state.
      running?.kill()
      process.exit(130)
    })
  }
  const settings = readSettings(process.env, root)
  say('Millrace is starting …')
  running = await run({ settings, root, env: process.env, log, say })
  say(`Millrace is ready: ${running.address}`)
  const { joinAddress, wayBackAddress } = running
  if (joinAddress) say(`Nobody has an account yet. Become the admin: ${joinAddress}`)
  if (wayBackAddress) say(`Set a new password there, once, within a day: ${wayBackAddress}`)
  const why = await Promise.race([told.promise, running.broken])
  if (why === 'told') say('Millrace is stopping …')
  else complain(why)
  await running.stop()
  return why === 'told' ? 0 : 1
}

main().then(
  code => process.exit(code),
  (thrown: unknown) => {
    complain(thrown instanceof MillraceError ? thrown.message : String(thrown))
    process.exit(1)
  },
)
