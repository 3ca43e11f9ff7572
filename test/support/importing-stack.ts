// All of Millrace as `npm start` runs it, to whose transcoder the website on WEBSITE_PORT of this machine is a public one.
import { join } from 'node:path'
import { createLog } from '#platform/log.ts'
import { run } from '../../local/run.ts'
import { readSettings } from '../../local/settings.ts'

const root = join(import.meta.dirname, '..', '..')
const log = createLog({
  ...{ source: 'millrace', level: 'info', format: 'json', now: () => new Date() },
  write: line => void process.stdout.write(line),
})
const stopped = Promise.withResolvers<void>()
process.once('SIGTERM', () => stopped.resolve())
const running = await run({
  ...{ settings: readSettings(process.env, root), root, env: process.env, log },
  say: sentence => log.info(sentence),
  transcoder: {
    entry: join(import.meta.dirname, 'importing-transcoder.ts'),
    env: { WEBSITE_PORT: process.env['WEBSITE_PORT'] ?? '' },
  },
})
log.info(`Millrace is ready: ${running.address}`)
await stopped.promise
await running.stop()
process.exit(0)
