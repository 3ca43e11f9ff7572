// Two workers that plan the same attempt at one moment: only one plan stands, and whoever made another begins again with it.
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Plan } from '#domain/plan.ts'
import { createPlans } from '../../transcoder/plans.ts'
import { publishOpening, publishPlan } from '../../transcoder/publish-plan.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { planOf, withCopiedRung } from '../domain/generators.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

const worker = () => ({ ...pipeline, plans: createPlans(pipeline) }) as unknown as WorkerDeps

async function queued(): Promise<Plan> {
  const videoId = newVideoId()
  await pipeline.videos.create(metaOf(videoId, { state: 'queued', attempt: 1 }), null)
  return planOf({ videoId, attempt: 1, frames: 25 * 60 })
}

const others: [string, (plan: Plan) => Plan][] = [
  ['engine', plan => ({ ...plan, engine: 'mediaconvert' })],
  ['FFmpeg build', plan => ({ ...plan, encoder: 'another' })],
  ['setting of the copy lane', plan => withCopiedRung(plan)],
]

describe.each([
  ['plan', publishPlan],
  ['plan of an opening', publishOpening],
])('a %s', (_, publish) => {
  it.each(others)('of another %s than what stands is not gone on with', async (_, change) => {
    const plan = await queued()
    await publish(worker(), plan)
    await expect(publish(worker(), change(plan))).rejects.toMatchObject({ code: 'lease-held' })
    expect(await worker().plans.read(plan.videoId, 1)).toMatchObject({ encoder: plan.encoder })
  })

  it('that is the same as what stands is', async () => {
    const plan = await queued()
    await publish(worker(), plan)
    await publish(worker(), structuredClone(plan))
  })
})
