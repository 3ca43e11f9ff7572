// Plans in the store: the first that is written stands, and a worker reads each attempt's once.
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { openingKey, planKey } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { createPlans } from '../../transcoder/plans.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'
import { smallPlan } from '../support/small-plan.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

const planOf = (encoder: string, videoId = newVideoId(), attempt = 1): Plan => ({
  ...smallPlan(),
  ...{ videoId, attempt, encoder },
})
const keyOf = ({ videoId, attempt }: Plan) => planKey(videoId, attempt)

it('that was published first stands, for whoever comes later', async () => {
  const first = planOf('first')
  const second = { ...first, encoder: 'second' }
  expect(await createPlans(pipeline).publish(first)).toEqual(first)
  const late = createPlans(pipeline)
  expect(await late.publish(second)).toEqual(first)
  expect(await late.read(first.videoId, 1)).toEqual(first)
  expect(await createPlans(pipeline).find(first.videoId, 1)).toEqual(first)
})

it('of two that are published at once, both get the same', async () => {
  const one = planOf('one')
  const two = { ...one, encoder: 'two' }
  const [a, b] = await Promise.all([one, two].map(plan => createPlans(pipeline).publish(plan)))
  expect(a).toEqual(b)
})

it('that is not there is null, or a refusal', async () => {
  const plans = createPlans(pipeline)
  const { videoId } = planOf('none')
  expect(await plans.find(videoId, 1)).toBeNull()
  await expect(plans.read(videoId, 1)).rejects.toMatchObject({ code: 'record-unreadable' })
  await plans.publish(planOf('second attempt', videoId, 2))
  expect(await plans.find(videoId, 1)).toBeNull()
})

it('is not remembered as missing', async () => {
  const plans = createPlans(pipeline)
  const plan = planOf('late')
  expect(await plans.find(plan.videoId, 1)).toBeNull()
  await createPlans(pipeline).publish(plan)
  expect(await plans.find(plan.videoId, 1)).toEqual(plan)
})

it('is read once, and again when many others came in between', async () => {
  const plans = createPlans(pipeline)
  const [kept, forgotten] = [planOf('kept'), planOf('forgotten')]
  for (const plan of [kept, forgotten]) await plans.publish(plan)
  await pipeline.source.remove([kept, forgotten].map(keyOf))
  for (let other = 0; other < 31; other++) {
    await plans.publish(planOf(`other ${other}`))
    // What is used stays.
    expect(await plans.find(kept.videoId, 1)).toEqual(kept)
  }
  expect(await plans.find(forgotten.videoId, 1)).toBeNull()
})

it('that is damaged is refused', async () => {
  const plan = planOf('damaged')
  await pipeline.source.put(keyOf(plan), '{"version":', { contentType: 'application/json' })
  await expect(createPlans(pipeline).find(plan.videoId, 1)).rejects.toMatchObject({
    code: 'record-unreadable',
  })
})

describe('the plan of an opening', () => {
  it('stands for the whole until that is there', async () => {
    const plans = createPlans(pipeline)
    const opening = planOf('opening')
    const { videoId } = opening
    expect(await plans.findOpening(videoId, 1)).toBeNull()
    expect(await plans.publishOpening(opening)).toEqual(opening)
    expect(await plans.find(videoId, 1)).toBeNull()
    expect(await plans.read(videoId, 1)).toEqual(opening)
    const whole = { ...opening, durationSeconds: 99 }
    await createPlans(pipeline).publish(whole)
    expect(await plans.read(videoId, 1)).toEqual(whole)
  })

  it('is read once', async () => {
    const opening = planOf('opening')
    const { videoId } = opening
    await createPlans(pipeline).publishOpening(opening)
    const plans = createPlans(pipeline)
    expect(await plans.read(videoId, 1)).toEqual(opening)
    await pipeline.source.remove([openingKey(videoId, 1)])
    expect(await plans.read(videoId, 1)).toEqual(opening)
  })

  it('is the first that was written, for whoever comes later', async () => {
    const first = planOf('first')
    await createPlans(pipeline).publishOpening(first)
    const second = { ...first, encoder: 'second' }
    expect(await createPlans(pipeline).publishOpening(second)).toEqual(first)
  })
})
