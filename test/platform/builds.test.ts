// FFmpeg builds as workers tell of them: the last word counts, and a build nobody has told of is waited for from the first question.
import { beforeAll, expect, inject, it } from 'vitest'
import { createBuilds } from '#platform/builds.ts'
import type { Table } from '#platform/table.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

it('are known by the last that was told of them', async () => {
  const { builds } = pipeline
  await builds.tell('9.0.2-one', 100)
  await builds.tell('9.0.2-other', 150)
  expect(await builds.lastTold('9.0.2-one', 120)).toBe(100)
  await builds.tell('9.0.2-one', 130)
  expect(await builds.lastTold('9.0.2-one', 200)).toBe(130)
})

it('count from the first question when nobody has told of them', async () => {
  const { builds } = pipeline
  expect(await builds.lastTold('never', 100)).toBe(100)
  expect(await builds.lastTold('never', 160)).toBe(100)
  await builds.tell('never', 170)
  expect(await builds.lastTold('never', 180)).toBe(170)
})

it('are asked for once in a while, however often their work is met', async () => {
  let asked = 0
  const update: Table['update'] = (...change) => {
    asked += 1
    return pipeline.table.update(...change)
  }
  const builds = createBuilds({ table: { ...pipeline.table, update } })
  for (let met = 0; met < 9; met++) await builds.lastTold('met', 100 + met)
  expect(asked).toBe(2)
})
