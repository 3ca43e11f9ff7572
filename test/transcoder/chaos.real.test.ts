// Workers killed at random while a twentieth of the calls of store and table fails: the film is the same, and nothing is left over.
import { join } from 'node:path'
import { afterAll, expect, inject, it } from 'vitest'
import { calmRun, chaosRun } from '../support/chaos.ts'
import { makeSource, mediaFolder } from '../support/media.ts'
import { createPipeline } from '../support/pipeline.ts'
import { film } from '../support/reading.ts'

const folder = mediaFolder()
afterAll(() => folder.remove())

it('makes the same film in spite of kills and failing calls', async () => {
  const source = await makeSource(join(folder.path, 'film.mp4'), film('12', 10, '640x360'))
  const pipeline = await createPipeline(inject('ministack'))
  const calm = await calmRun(pipeline, source)
  const run = await chaosRun(pipeline, source, { seed: 1, kills: 3, share: 0.05 })
  const { kills, redone, mayRedo, faults, calls } = run
  console.log(`${kills} kills, ${redone} tasks again, of ${calls} calls ${JSON.stringify(faults)}`)
  expect(run.hashes).toEqual(calm)
  expect(run.orphans).toEqual([])
  expect(redone).toBeLessThanOrEqual(mayRedo)
  expect(Object.values(faults).some(count => count > 0)).toBe(true)
})
