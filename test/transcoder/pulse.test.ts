// The file that a health check looks at: young while the process lives, left to age afterwards.
import { mkdtemp, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { startPulse } from '../../transcoder/pulse.ts'

const everyMilliseconds = 10

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-pulse-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'pulse')
}
const ageSeconds = async (file: string) => (Date.now() - (await stat(file)).mtimeMs) / 1000

it('is there at once, stays young, and grows old when it stops', async () => {
  const file = await newFile()
  const pulse = startPulse(file, everyMilliseconds)
  expect(await ageSeconds(file)).toBeLessThan(5)
  await utimes(file, 0, 0)
  await expect.poll(() => ageSeconds(file)).toBeLessThan(5)
  pulse.stop()
  await utimes(file, 0, 0)
  await wait(5 * everyMilliseconds)
  expect(await ageSeconds(file)).toBeGreaterThan(1000)
})

it('is refused at the start where it cannot be written, and lost quietly later', async () => {
  const file = await newFile()
  expect(() => startPulse(join(file, 'below', 'nothing'))).toThrow()
  const pulse = startPulse(file, everyMilliseconds)
  await rm(join(file, '..'), { recursive: true })
  await wait(5 * everyMilliseconds)
  pulse.stop()
})

it('does nothing without a file', () => {
  startPulse(undefined).stop()
})
