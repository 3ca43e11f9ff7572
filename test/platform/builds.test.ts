// FFmpeg builds as workers tell of them: the last word counts, and a build nobody has told of is waited for from the first question.
import { beforeAll, expect, inject, it } from 'vitest'
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
