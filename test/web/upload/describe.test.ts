// The words and the bar of an upload's row, stage by stage.
import { describe, expect, test } from 'vitest'
import type { VideoView } from '../../../domain/video.ts'
import { Problem } from '../../../web/src/api/problem.ts'
import { describeUpload } from '../../../web/src/upload/describe.ts'
import {
  canCancel,
  canPause,
  canRetry,
  freshView,
  type JobView,
  neverBegan,
} from '../../../web/src/upload/job.ts'

const at = (change: Partial<JobView>): JobView => ({ ...freshView, ...change })
const video = (change: Partial<VideoView>): VideoView => ({
  videoId: 'v_0123456789abcdefghijkL',
  title: 'Lake',
  visibility: 'private',
  canChange: true,
  state: 'processing',
  ratio: 0,
  playable: false,
  sizeBytes: 1000,
  durationSeconds: null,
  width: null,
  height: null,
  soundOnly: false,
  rungs: [],
  posterUrl: null,
  import: null,
  posterColor: null,
  storyboardUrl: null,
  failure: null,
  createdAt: '2030-01-01T00:00:00Z',
  version: 1,
  ...change,
})

const sending = at({ stage: 'sending', sentBytes: 43e6, bytesPerSecond: 12.3e6, secondsLeft: 4.6 })
const uploaded = at({ stage: 'uploaded' })

test.each([
  [at({}), null, null, 0, 'Waiting for its turn · 100 MB', 'still'],
  [sending, null, null, 0.215, 'Uploading 43% · 12.3 MB/s · 5 s left', 'moving'],
  [
    at({ stage: 'paused', sentBytes: 50e6 }),
    null,
    null,
    0.25,
    'Paused · 50.0 MB of 100 MB',
    'still',
  ],
  [uploaded, video({ state: 'queued' }), null, 0.5, 'Getting ready', 'moving'],
  [uploaded, video({ ratio: 0.5 }), 90, 0.75, 'Processing 50% · 2 min left', 'moving'],
  [uploaded, video({ state: 'ready', ratio: 1 }), null, 1, 'Ready', 'done'],
] as const)('stage %#', (job, view, left, ratio, words, mood) => {
  const said = describeUpload(job, 100e6, view, left)
  expect(said.ratio).toBeCloseTo(ratio, 5)
  expect(said).toMatchObject({ words, mood })
})

test('a failure is said in its own words, of the upload and of the encode', () => {
  const problem = new Problem('source-too-large', { message: 'At most 60 GB.' })
  expect(describeUpload(at({ stage: 'failed', problem }), 1, null, null).words).toBe(
    'At most 60 GB.',
  )
  const failure = { code: 'no-video', message: 'There is no picture.' } as const
  const failed = video({ state: 'failed', ratio: 0.3, failure })
  expect(describeUpload(uploaded, 1, failed, null)).toMatchObject({
    words: 'There is no picture.',
    mood: 'failed',
  })
})

test('one bar: through all stages of a video it only grows', () => {
  const stages = [
    describeUpload(at({}), 100, null, null),
    describeUpload(at({ stage: 'sending', sentBytes: 60 }), 100, null, null),
    describeUpload(at({ stage: 'completing', sentBytes: 100 }), 100, null, null),
    describeUpload(uploaded, 100, video({ state: 'queued' }), null),
    describeUpload(uploaded, 100, video({ ratio: 0.2 }), null),
    describeUpload(uploaded, 100, video({ state: 'ready', ratio: 1 }), null),
  ]
  const ratios = stages.map(stage => stage.ratio)
  expect(ratios).toEqual(ratios.toSorted((a, b) => a - b))
})

describe('steps', () => {
  test('nothing can be cancelled or paused while the parts are being joined', () => {
    expect([canPause('completing'), canCancel('completing')]).toEqual([false, false])
  })

  test.each([
    ['refused by a look', at({ stage: 'failed' }), true],
    ['failed on its way', at({ stage: 'failed', videoId: 'v_0123456789abcdefghijkL' }), false],
    ['paused before its turn', at({ stage: 'paused' }), false],
  ] as const)('whether a file never began: %s', (_, view, never) => {
    expect(neverBegan(view)).toBe(never)
  })

  test.each([
    ['network', true],
    ['store-refused', true],
    ['upload-not-found', true],
    ['source-too-large', false],
    ['file-changed', false],
  ] as const)('after %s, trying again is offered: %s', (code, offered) => {
    expect(canRetry(at({ stage: 'failed', problem: new Problem(code) }))).toBe(offered)
  })
})
