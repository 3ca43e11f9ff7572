// «MediaConvert Job State Change» events as EventBridge delivers them: the shapes of AWS's published examples, every field they
// show, with a job's own id and metadata in them.
// https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html

export interface JobOfEvent {
  jobId: string
  userMetadata: Record<string, string>
}

const account = '111122223333'
const region = 'us-west-2'
const timestamp = 1_671_477_681_737

function event({ jobId, userMetadata }: JobOfEvent, status: string, detail: object = {}) {
  return {
    version: '0',
    id: '1234abcd-12ab-34cd-56ef-1234567890ab',
    'detail-type': 'MediaConvert Job State Change',
    source: 'aws.mediaconvert',
    account,
    time: '2022-12-19T19:21:21Z',
    region,
    resources: [`arn:aws:mediaconvert:${region}:${account}:jobs/${jobId}`],
    detail: {
      timestamp,
      accountId: account,
      queue: `arn:aws:mediaconvert:${region}:${account}:queues/Default`,
      jobId,
      status,
      userMetadata,
      ...detail,
    },
  }
}

export const progressing = (job: JobOfEvent) => event(job, 'PROGRESSING')

export const inputInformation = (job: JobOfEvent) =>
  event(job, 'INPUT_INFORMATION', {
    inputDetails: [
      {
        id: 1,
        uri: 's3://sources/uploads/film',
        audio: [{ channels: 2, codec: 'AAC', language: 'UND', sampleRate: 48_000, streamId: 2 }],
        video: [
          {
            ...{ bitDepth: 8, codec: 'H_264', colorFormat: 'YUV_420', fourCC: 'avc1' },
            ...{ frameRate: 23.98, height: 1080, interlaceMode: 'PROGRESSIVE', sar: '1:1' },
            ...{ standard: 'UNSPECIFIED', streamId: 1, width: 1920 },
          },
        ],
      },
    ],
  })

/** @param percent undefined: the service can't tell for this input */
export const statusUpdate = (job: JobOfEvent, percent?: number) =>
  event(job, 'STATUS_UPDATE', {
    framesDecoded: 353,
    jobProgress: {
      phaseProgress: {
        PROBING: { status: 'COMPLETE', percentComplete: 100 },
        TRANSCODING: { status: 'PROGRESSING', percentComplete: percent ?? 0 },
        UPLOADING: { status: 'PENDING', percentComplete: 0 },
      },
      ...(percent === undefined ? {} : { jobPercentComplete: percent }),
      currentPhase: 'TRANSCODING',
      retryCount: 0,
    },
  })

export const newWarning = (job: JobOfEvent) =>
  event(job, 'NEW_WARNING', {
    warningCode: '230001',
    warningMessage: 'Example warning message',
  })

export const queueHop = (job: JobOfEvent) =>
  event(job, 'QUEUE_HOP', {
    previousQueue: `arn:aws:mediaconvert:${region}:${account}:queues/Alternate`,
    priority: 0,
    previousPriority: 0,
  })

export const complete = (job: JobOfEvent) =>
  event(job, 'COMPLETE', {
    warnings: [{ code: 230_001, count: 1 }],
    outputGroupDetails: [
      {
        outputDetails: [
          {
            durationInMs: 180_041,
            blackVideoDurationInMs: 0,
            videoDetails: {
              ...{ widthInPx: 1280, heightInPx: 720, averageQVBRScore: 7.38 },
              ...{ minimumQVBRScore: 7, maximumQVBRScore: 8 },
              ...{ minimumQVBRScoreLocationInMs: 2168, maximumQVBRScoreLocationInMs: 25_025 },
            },
          },
        ],
        type: 'CMAF_GROUP',
        playlistFilePaths: ['s3://media/v/main.m3u8'],
      },
    ],
    paddingInserted: 0,
    blackVideoDetected: 10,
    blackSegments: [{ start: 0, end: 10 }],
  })

export const failed = (job: JobOfEvent, errorCode = 1040) =>
  event(job, 'ERROR', { errorCode, errorMessage: 'Example error message' })

export const cancelled = (job: JobOfEvent) => event(job, 'CANCELED')
