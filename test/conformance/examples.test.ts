// The examples, as a person would paste them: from a file to an address that plays.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { authorizationFor } from '../../bench/owner.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { makeSource } from '../support/media.ts'
import { root } from '../support/sources.ts'

const run = promisify(execFile)
let folder: string
let stack: Stack

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-examples-'))
  await makeSource(join(folder, 'clip.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=24:duration=3'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
  ])
  stack = await startStack({ LOG_LEVEL: 'warn' })
})

afterAll(async () => {
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

const keyOf = ({ origin }: Stack) =>
  authorizationFor(origin).authorization?.replace('Bearer ', '') ?? ''

async function expectPlays(address: string) {
  expect(address).toContain(`${stack.origin}/t/`)
  const playlist = await fetch(address)
  expect([playlist.status, (await playlist.text()).startsWith('#EXTM3U')]).toEqual([200, true])
}

it('plays what the four calls of the README have uploaded', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const [, block = ''] = /^## The API in four calls\s+```sh\n([\s\S]*?)```/m.exec(readme) ?? []
  const script = block
    .replace('http://localhost:8080', stack.origin)
    .replace('millrace_…', keyOf(stack))
    // A person reads on for a moment before they play.
    .replace(
      /^(# 4\..*)$/m,
      '$1\nuntil api $API/videos/$ID | grep -q \'"playable":true\'; do sleep 0.2; done',
    )
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder })
  const address =
    stdout
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^.*(?=http:)/, '') ?? ''
  await expectPlays(address)
}, 60_000)

it('plays what the program in TypeScript has uploaded', async () => {
  const env = { ...process.env, MILLRACE_ORIGIN: stack.origin, MILLRACE_KEY: keyOf(stack) }
  const script = join(root, 'docs', 'examples', 'upload.ts')
  const { stdout } = await run(process.execPath, [script, join(folder, 'clip.mp4')], { env })
  await expectPlays(stdout.trim())
}, 60_000)
