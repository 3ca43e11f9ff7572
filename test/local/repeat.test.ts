// Chores: one round after the other, failures survived, the last round waited for.
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { silentLog } from '#platform/log.ts'
import { repeat } from '../../local/repeat.ts'

it('never does two rounds at once and waits for the last one', async () => {
  let running = 0
  let most = 0
  let finished = 0
  const chore = repeat({ name: 'it', everySeconds: 0.005, log: silentLog }, async () => {
    most = Math.max(most, ++running)
    await wait(20)
    running--
    finished++
  })
  await expect.poll(() => finished).toBeGreaterThan(2)
  await chore.stop()
  expect([most, running]).toEqual([1, 0])
  const then = finished
  await wait(50)
  expect(finished).toBe(then)
})

it('says what failed, and goes on', async () => {
  const said: string[] = []
  const log = { ...silentLog, error: (text: string) => said.push(text) }
  let rounds = 0
  const chore = repeat({ name: 'the reaper', everySeconds: 0, log }, async () => {
    rounds++
    throw new Error('no table')
  })
  await expect.poll(() => said).toEqual(['the reaper failed and is tried again'])
  // A pause, however often it is asked for: no storm of failures.
  await wait(50)
  expect(rounds).toBe(1)
  await chore.stop()
})

it('tells a long wait that it is over', async () => {
  const chore = repeat({ name: 'it', everySeconds: 60, log: silentLog }, signal =>
    wait(60_000, undefined, { signal }),
  )
  await wait(20)
  const started = performance.now()
  await chore.stop()
  expect(performance.now() - started).toBeLessThan(1000)
})
