// The transcoder's process: restarted when it dies, stopped with time to hand back, gone when its parent is killed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLog } from '#platform/log.ts'
import { startTranscoder, type TranscoderProcess } from '../../local/transcoder-process.ts'

let folder: string
let running: TranscoderProcess | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-transcoder-'))
})

afterEach(async () => {
  running?.kill()
  running = undefined
  await rm(folder, { recursive: true })
})

/** A stand-in that notes its starts and stops in a file. */
async function program(text: string): Promise<string> {
  const entry = join(folder, 'main.mjs')
  await writeFile(
    entry,
    `import { appendFileSync } from 'node:fs'
const note = text => appendFileSync(process.env.NOTES, text + ' ')
note('start:' + process.env.MILLRACE_PARENT_PIPE + ':' + Object.keys(process.env).length)
${text}`,
  )
  return entry
}

const notes = () => readFile(join(folder, 'notes'), 'utf8').catch(() => '')
const env = () => ({ NOTES: join(folder, 'notes') })

const lastsUntilTold = `
process.on('SIGTERM', () => setTimeout(() => { note('handed-back'); process.exit(0) }, 100))
process.stdin.resume().on('end', () => { note('orphan'); process.exit(0) })
setInterval(() => {}, 1000)`

it('gets its own environment only, and time to hand its work back', async () => {
  running = startTranscoder({ entry: await program(lastsUntilTold), env: env(), log: silentLog })
  await expect.poll(notes).toContain('start')
  await wait(200)
  await running.stop()
  expect(await notes()).toBe('start:1:2 handed-back ')
})

it('is started again when it dies, ever more slowly', async () => {
  const entry = await program('process.exit(1)')
  const warnings: string[] = []
  const log = {
    ...silentLog,
    warn: (_text: string, fields = {}) => warnings.push(JSON.stringify(fields)),
  }
  running = startTranscoder({ entry, env: env(), log, firstDelayMilliseconds: 20 })
  await expect.poll(() => warnings.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3)
  await running.stop()
  expect(warnings.slice(0, 3)).toEqual([
    '{"how":"exit code 1","inSeconds":0.02}',
    '{"how":"exit code 1","inSeconds":0.04}',
    '{"how":"exit code 1","inSeconds":0.08}',
  ])
})

it('stopping while it waits to start again takes no time', async () => {
  const entry = await program('process.exit(1)')
  running = startTranscoder({ entry, env: env(), log: silentLog, firstDelayMilliseconds: 20_000 })
  await expect.poll(notes).toContain('start')
  await wait(100)
  const started = performance.now()
  await running.stop()
  expect(performance.now() - started).toBeLessThan(1000)
})

it('does not outlive a parent that is killed', async () => {
  const script = `
    import { startTranscoder } from './local/transcoder-process.ts'
    import { silentLog } from '#platform/log.ts'
    const [entry, notes] = process.argv.slice(1)
    startTranscoder({ entry, env: { NOTES: notes }, log: silentLog })`
  const entry = await program(lastsUntilTold)
  const parent = spawn(
    process.execPath,
    ['--input-type=module-typescript', '--eval', script, entry, env().NOTES],
    { cwd: join(import.meta.dirname, '..', '..'), stdio: 'inherit' },
  )
  await expect.poll(notes).toContain('start')
  await wait(200)
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  await expect.poll(notes).toContain('orphan')
})
