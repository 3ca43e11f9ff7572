// A plan as a job of AWS Elemental MediaConvert: the ladder's rungs and the sound tracks as outputs of one CMAF group. Pure
// data in the service's own words; refuses a picture smaller than the service makes.
import type {
  AudioDescription,
  AudioSelector,
  CreateJobCommandInput,
  H264CodecLevel,
  JobSettings,
  Output,
  VideoDescription,
} from '@aws-sdk/client-mediaconvert'
import { writeJobMetadata } from '#domain/conversion.ts'
import { MillraceError } from '#domain/errors.ts'
import { conversionPrefix, mainPlaylistName } from '#domain/keys.ts'
import type { Rung } from '#domain/ladder.ts'
import type { AudioPlan, Plan, VideoPlan } from '#domain/plan.ts'
import { distinctNames } from '#domain/playlist.ts'
import { convertWork } from '#domain/task.ts'

export interface JobPlaces {
  /** The role that the service takes on to read the source and to write what it makes. */
  roleArn: string
  sourceBucket: string
  mediaBucket: string
  /** Names the job's own folder. */
  folder: string
}

/** @throws MillraceError `unsupported-source` */
export function jobRequest(plan: Plan, places: JobPlaces): CreateJobCommandInput {
  const { videoId, attempt } = plan
  const { roleArn, folder, mediaBucket } = places
  return {
    Role: roleArn,
    Settings: jobSettings(plan, places),
    // «If you reuse a client request token within one minute of a successful request, the API returns the job details of the
    // original request instead»: a worker killed before it wrote the job down finds it again.
    ClientRequestToken: `${videoId}-${attempt}`,
    UserMetadata: writeJobMetadata({
      ...{ videoId, attempt, folder, mediaBucket },
      work: convertWork(plan),
    }),
    // The most often that it tells how far it is.
    StatusUpdateInterval: 'SECONDS_10',
  }
}

export function jobSettings(
  plan: Plan,
  { sourceBucket, mediaBucket, folder }: Omit<JobPlaces, 'roleArn'>,
): JobSettings {
  const prefix = conversionPrefix(plan.videoId, plan.attempt, folder)
  const { video, audio } = plan
  const names = distinctNames(audio.map(track => ({ ...track, name: streamName(track.name) })))
  return {
    TimecodeConfig: { Source: 'ZEROBASED' },
    Inputs: [
      {
        FileInput: `s3://${sourceBucket}/${plan.source.key}`,
        TimecodeSource: 'ZEROBASED',
        // By the file's own word, as our decoder does; without this nothing is turned.
        VideoSelector: { Rotate: 'AUTO' },
        AudioSelectors: Object.fromEntries(
          audio.map((track, index) => [selectorName(index), selector(track)]),
        ),
      },
    ],
    OutputGroups: [
      {
        Name: 'CMAF',
        OutputGroupSettings: {
          Type: 'CMAF_GROUP_SETTINGS',
          CmafGroupSettings: {
            Destination: `s3://${mediaBucket}/${prefix}${mainPlaylistName.replace(/\.m3u8$/, '')}`,
            WriteHlsManifest: 'ENABLED',
            WriteDashManifest: 'DISABLED',
            // One object a track, addressed by byte ranges as our own chunks are: few writes, few objects to sweep.
            SegmentControl: 'SINGLE_FILE',
            // A segment is a GOP, here as there.
            SegmentLength: gopSeconds,
            FragmentLength: gopSeconds,
            SegmentLengthControl: 'GOP_MULTIPLE',
            // What RFC 8216 wants: strings of RFC 6381, exact durations, a target duration rounded to the nearest second.
            CodecSpecification: 'RFC_6381',
            ManifestDurationFormat: 'FLOATING_POINT',
            TargetDurationCompatibilityMode: 'SPEC_COMPLIANT',
            StreamInfResolution: 'INCLUDE',
            ManifestCompression: 'NONE',
            // «The earliest presentation time will be equal to zero»: picture and sound begin together.
            VideoCompositionOffsets: 'SIGNED',
          },
        },
        // The lowest first: every player starts there.
        Outputs: [
          ...video.rungs.map(rung => videoOutput(video, rung, audio.length > 0)),
          ...audio.map((track, index) => audioOutput(track, index, names[index] ?? '')),
        ],
      },
    ],
  }
}

const gopSeconds = 2
const audioGroup = 'audio'

/** The picture's smallest side that the service makes. */
const leastPixels = 32

function videoOutput(video: VideoPlan, rung: Rung, sound: boolean): Output {
  const { pictureWidth, pictureHeight } = rung
  if (Math.min(pictureWidth, pictureHeight) < leastPixels) {
    throw new MillraceError('unsupported-source', {
      detail: `MediaConvert makes no picture of ${pictureWidth} × ${pictureHeight}`,
    })
  }
  return {
    NameModifier: `_${rung.track}`,
    ContainerSettings: {
      Container: 'CMFC',
      CmfcSettings: {
        IFrameOnlyManifest: 'INCLUDE',
        ...(sound ? { AudioRenditionSets: audioGroup } : {}),
      },
    },
    VideoDescription: picture(video, rung),
  }
}

function picture({ timeline }: VideoPlan, rung: Rung): VideoDescription {
  return {
    Width: rung.pictureWidth,
    Height: rung.pictureHeight,
    // The plan's size is upright and of square pixels: what is to be stretched is the source's own pixels.
    ScalingBehavior: 'STRETCH_TO_OUTPUT',
    CodecSettings: {
      Codec: 'H_264',
      H264Settings: {
        RateControlMode: 'QVBR',
        QvbrSettings: { QvbrQualityLevel: qualityLevel },
        MaxBitrate: rung.maxBitsPerSecond,
        HrdBufferSize: 2 * rung.maxBitsPerSecond,
        // The cheapest tier.
        QualityTuningLevel: 'SINGLE_PASS',
        CodecProfile: 'HIGH',
        CodecLevel: codecLevel(rung.level),
        // Every GOP begins where the plan's begin, and all rungs' at the same places.
        GopSize: timeline.gopFrames,
        GopSizeUnits: 'FRAMES',
        GopClosedCadence: 1,
        MinIInterval: 0,
        SceneChangeDetect: 'DISABLED',
        FramerateControl: 'SPECIFIED',
        FramerateNumerator: timeline.rate.num,
        FramerateDenominator: timeline.rate.den,
        FramerateConversionAlgorithm: 'DUPLICATE_DROP',
        ParControl: 'SPECIFIED',
        ParNumerator: 1,
        ParDenominator: 1,
        InterlaceMode: 'PROGRESSIVE',
      },
    },
    VideoPreprocessors: {
      // SDR in BT.709, whatever the source says it is.
      ColorCorrector: { ColorSpaceConversion: 'FORCE_709' },
      // NORMAL leaves frames alone that are tagged as progressive.
      Deinterlacer: { Mode: 'DEINTERLACE', Control: 'NORMAL' },
    },
  }
}

/** «The quality level for most broadcast-quality transcodes is between 6 and 9.» */
const qualityLevel = 7

/** 31 → LEVEL_3_1; levels past 5.2 have no name there. */
function codecLevel(level: number): H264CodecLevel {
  const [major, minor] = [Math.floor(level / 10), level % 10]
  const name = `LEVEL_${major}${minor === 0 ? '' : `_${minor}`}`
  return namedLevels.find(known => known === name) ?? 'AUTO'
}

const namedLevels = [
  ...(['LEVEL_1', 'LEVEL_1_1', 'LEVEL_1_2', 'LEVEL_1_3', 'LEVEL_2', 'LEVEL_2_1'] as const),
  ...(['LEVEL_2_2', 'LEVEL_3', 'LEVEL_3_1', 'LEVEL_3_2', 'LEVEL_4', 'LEVEL_4_1'] as const),
  ...(['LEVEL_4_2', 'LEVEL_5', 'LEVEL_5_1', 'LEVEL_5_2'] as const),
]

const selectorName = (index: number) => `Audio Selector ${index + 1}`

/** «Stream numbers include all tracks in the source file, regardless of type»; they count from 1. */
const selector = ({ stream }: AudioPlan): AudioSelector => ({
  SelectorType: 'STREAM',
  Streams: [stream + 1],
})

function audioOutput(audio: AudioPlan, index: number, name: string): Output {
  return {
    NameModifier: `_${audio.track}`,
    ContainerSettings: {
      Container: 'CMFC',
      CmfcSettings: {
        AudioGroupId: audioGroup,
        AudioTrackType:
          index === 0 ? 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT' : 'ALTERNATE_AUDIO_AUTO_SELECT',
        // Sound reaches to the end of the picture, here as there.
        AudioDuration: 'MATCH_VIDEO_DURATION',
      },
    },
    AudioDescriptions: [
      {
        AudioSourceName: selectorName(index),
        StreamName: name,
        ...languageOf(audio),
        CodecSettings: {
          Codec: 'AAC',
          AacSettings: {
            CodecProfile: 'LC',
            CodingMode: 'CODING_MODE_2_0',
            RateControlMode: 'CBR',
            Bitrate: audio.bitsPerSecond,
            SampleRate: audio.sampleRate,
          },
        },
      },
    ],
  }
}

/** The service takes nothing but letters, digits, underscores and spaces. */
const streamName = (name: string) => name.replace(/[^\w ]+/g, ' ').trim()

function languageOf({
  language,
}: AudioPlan): Pick<AudioDescription, 'CustomLanguageCode' | 'LanguageCodeControl'> {
  return language && /^[A-Za-z]{2,3}(-[A-Za-z0-9-]+)?$/.test(language)
    ? { CustomLanguageCode: language, LanguageCodeControl: 'USE_CONFIGURED' }
    : {}
}
