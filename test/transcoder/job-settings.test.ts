// A plan as a job of MediaConvert: outputs for every ladder and sound, in words the service's published schema takes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJobMetadata } from '#domain/conversion.ts'
import { conversionPrefix, parseConversionKey } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import { convertWork } from '#domain/task.ts'
import { jobRequest, jobSettings } from '../../transcoder/job-settings.ts'
import { planOf, plans } from '../domain/generators.ts'
import { findingsOf, loadServiceModel } from '../support/service-model.ts'

const model = loadServiceModel('mediaconvert')
const places = {
  roleArn: 'arn:aws:iam::111122223333:role/Convert',
  sourceBucket: 'sources',
  mediaBucket: 'media',
  folder: 'n1',
}

function outputsOf(plan: Plan) {
  const [group] = jobSettings(plan, places).OutputGroups ?? []
  return group?.Outputs ?? []
}

const sizesOf = (plan: Plan) =>
  outputsOf(plan).map(({ NameModifier, VideoDescription }) =>
    VideoDescription
      ? `${NameModifier} ${VideoDescription.Width}x${VideoDescription.Height}`
      : `${NameModifier} sound`,
  )

const h264Of = (plan: Plan) =>
  outputsOf(plan).flatMap(
    ({ VideoDescription }) => VideoDescription?.CodecSettings?.H264Settings ?? [],
  )

describe('the schema', () => {
  it('takes the request for any plan of pictures the service makes', () => {
    fc.assert(
      fc.property(plans, plan => {
        expect(findingsOf(model, 'CreateJobRequest', jobRequest(plan, places))).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('is a judge: it finds what is wrong with a request', () => {
    const wrong = {
      ...jobRequest(planOf({ frames: 100 }), places),
      StatusUpdateInterval: 'SECONDS_1',
      Priority: 51,
      Settings: { Inputs: [{ FileInput: 'file:///etc/passwd' }], Outputs: [] },
    }
    expect(findingsOf(model, 'CreateJobRequest', wrong)).toEqual([
      'CreateJobRequest.Settings.Inputs[0].FileInput: "file:///etc/passwd"',
      'CreateJobRequest.Settings: there is no Outputs',
      'CreateJobRequest.StatusUpdateInterval: there is no SECONDS_1',
      'CreateJobRequest.Priority: 51',
    ])
    expect(findingsOf(model, 'CreateJobRequest', { Settings: {} })).toEqual([
      'CreateJobRequest.Role is missing',
    ])
  })
})

describe('outputs', () => {
  it.each([
    [
      '1080p',
      { width: 1920, height: 1080 },
      ['240p 426x240', '360p 640x360', '480p 854x480', '720p 1280x720', '1080p 1920x1080'],
    ],
    [
      'portrait',
      { width: 720, height: 1280 },
      ['240p 240x426', '360p 360x640', '480p 480x854', '720p 720x1280'],
    ],
    ['smaller than the ladder', { width: 200, height: 150 }, ['150p 200x150']],
  ])('%s: a rung each, the lowest first', (_, size, rungs) => {
    expect(sizesOf(planOf({ frames: 100, ...size }))).toEqual(rungs.map(rung => `_${rung}`))
  })

  it('hold one video or one sound each, never both', () => {
    const plan = planOf({ frames: 100, sounds: [48_000, 44_100] })
    for (const { VideoDescription, AudioDescriptions, CaptionDescriptions } of outputsOf(plan)) {
      const kinds = [VideoDescription, AudioDescriptions, CaptionDescriptions].filter(Boolean)
      expect(kinds).toHaveLength(1)
    }
  })

  it('without sound name no sound', () => {
    const plan = planOf({ frames: 100 })
    expect(JSON.stringify(jobSettings(plan, places))).not.toMatch(/AudioRenditionSets|AudioGroupId/)
    expect(jobSettings(plan, places).Inputs?.[0]?.AudioSelectors).toEqual({})
  })

  it('with several sounds: each by its stream, one the default, all of one group', () => {
    const plan = planOf({
      frames: 100,
      sounds: [48_000, 44_100, 96_000],
      names: ["Director's cut", 'Ton', 'Ton'],
    })
    const [input] = jobSettings(plan, places).Inputs ?? []
    expect(input?.AudioSelectors).toEqual({
      'Audio Selector 1': { SelectorType: 'STREAM', Streams: [2] },
      'Audio Selector 2': { SelectorType: 'STREAM', Streams: [3] },
      'Audio Selector 3': { SelectorType: 'STREAM', Streams: [4] },
    })
    const sounds = outputsOf(plan).slice(-3)
    expect(sounds.map(({ NameModifier }) => NameModifier)).toEqual([
      '_audio0',
      '_audio1',
      '_audio2',
    ])
    expect(
      sounds.map(({ AudioDescriptions: [audio] = [] }) => [
        audio?.AudioSourceName,
        audio?.StreamName,
        audio?.CustomLanguageCode,
        audio?.CodecSettings?.AacSettings?.SampleRate,
      ]),
    ).toEqual([
      ['Audio Selector 1', 'Director s cut', 'en', 48_000],
      ['Audio Selector 2', 'Ton', undefined, 44_100],
      ['Audio Selector 3', 'Ton 3', undefined, 48_000],
    ])
    const settings = sounds.map(({ ContainerSettings }) => ContainerSettings?.CmfcSettings)
    expect(settings.map(cmfc => [cmfc?.AudioGroupId, cmfc?.AudioTrackType])).toEqual([
      ['audio', 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT'],
      ['audio', 'ALTERNATE_AUDIO_AUTO_SELECT'],
      ['audio', 'ALTERNATE_AUDIO_AUTO_SELECT'],
    ])
    const [rung] = outputsOf(plan)
    expect(rung?.ContainerSettings?.CmfcSettings?.AudioRenditionSets).toBe('audio')
  })

  it('say the language only where the service would take it', () => {
    const plan = planOf({ frames: 100, sounds: [48_000] })
    const [audio] = plan.audio
    const said = (language: string | null) => {
      const odd = { ...plan, audio: audio ? [{ ...audio, language }] : [] }
      expect(findingsOf(model, 'JobSettings', jobSettings(odd, places))).toEqual([])
      return outputsOf(odd).at(-1)?.AudioDescriptions?.[0]?.CustomLanguageCode
    }
    expect(['eng', 'pt-BR', 'Klingon', '', null].map(said)).toEqual([
      ...['eng', 'pt-BR', undefined, undefined, undefined],
    ])
  })
})

describe('the encoder', () => {
  it.each([
    ['24', rational(24), 48],
    ['29.97', rational(30_000, 1001), 60],
    ['25', rational(25), 50],
    ['12', rational(12), 24],
  ])('has GOPs of two seconds at %s frames a second, closed and regular', (_, rate, frames) => {
    for (const h264 of h264Of(planOf({ frames: 300, rate }))) {
      expect(h264).toMatchObject({
        GopSize: frames,
        GopSizeUnits: 'FRAMES',
        GopClosedCadence: 1,
        MinIInterval: 0,
        SceneChangeDetect: 'DISABLED',
        FramerateNumerator: rate.num,
        FramerateDenominator: rate.den,
      })
    }
  })

  it("keeps each rung's cap and level", () => {
    const plan = planOf({ frames: 100, width: 3840, height: 2160, rate: rational(60) })
    expect(h264Of(plan).map(({ MaxBitrate, CodecLevel }) => [MaxBitrate, CodecLevel])).toEqual([
      [300_000, 'LEVEL_3'],
      [700_000, 'LEVEL_3_1'],
      [1_200_000, 'LEVEL_3_1'],
      [2_800_000, 'LEVEL_3_2'],
      [5_000_000, 'LEVEL_4_2'],
      [9_000_000, 'LEVEL_5_1'],
      [16_000_000, 'LEVEL_5_2'],
    ])
  })

  it('leaves a level without a name to the service', () => {
    const plan = planOf({ frames: 100, width: 7680, height: 4320, rate: rational(120) })
    expect(h264Of(plan).at(-1)?.CodecLevel).toBe('AUTO')
    expect(findingsOf(model, 'JobSettings', jobSettings(plan, places))).toEqual([])
  })

  it('is not asked for a picture smaller than it makes', () => {
    const plan = planOf({ frames: 100, width: 64, height: 30 })
    expect(() => jobSettings(plan, places)).toThrow(
      expect.objectContaining({ code: 'unsupported-source' }),
    )
  })
})

describe('the request', () => {
  const plan = planOf({ frames: 100, sounds: [48_000] })

  it('reads the source and writes to a folder of its own', () => {
    const { Inputs, OutputGroups } = jobSettings(plan, places)
    expect(Inputs?.[0]?.FileInput).toBe('s3://sources/drop/film.mov')
    const prefix = conversionPrefix(plan.videoId, plan.attempt, 'n1')
    const cmaf = OutputGroups?.[0]?.OutputGroupSettings?.CmafGroupSettings
    expect(cmaf?.Destination).toBe(`s3://media/${prefix}main`)
    expect(parseConversionKey(`${prefix}main_240p.cmfv`)).toEqual({
      videoId: plan.videoId,
      attempt: plan.attempt,
      folder: 'n1',
    })
  })

  it('carries whose it is, so that each of its events says so', () => {
    expect(readJobMetadata(jobRequest(plan, places).UserMetadata)).toEqual({
      videoId: plan.videoId,
      attempt: plan.attempt,
      folder: 'n1',
      mediaBucket: 'media',
      work: convertWork(plan),
    })
    for (const foreign of [undefined, {}, { videoId: 'film' }, { guid: '1' }]) {
      expect(readJobMetadata(foreign)).toBeNull()
    }
  })

  it('has the same token for every try of an attempt, and another for the next', () => {
    const again = jobRequest(plan, { ...places, folder: 'n2' })
    const next = jobRequest({ ...plan, attempt: 2 }, places)
    const { ClientRequestToken: token } = jobRequest(plan, places)
    expect(again.ClientRequestToken).toBe(token)
    expect(next.ClientRequestToken).not.toBe(token)
    const longest = jobRequest({ ...plan, attempt: 999_999_999 }, places)
    // «up to 64 ASCII characters»
    expect(longest.ClientRequestToken?.length).toBeLessThanOrEqual(64)
  })
})
