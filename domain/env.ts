// The environment each room expects, by name: the stacks set it, the laptop sets it, platform/env.ts reads it. Names only.

/** Where AWS-compatible services answer; absent on AWS itself. S3 may be another one than the rest. */
export const serviceNames = [
  'AWS_REGION',
  'AWS_ENDPOINT_URL',
  'S3_ENDPOINT',
  'S3_REGION',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'S3_FORCE_PATH_STYLE',
] as const

/** Resources, by the noun of the resource. */
export const resourceNames = [
  'VIDEOS_TABLE',
  'SOURCE_BUCKET',
  'MEDIA_BUCKET',
  'FAST_QUEUE_URL',
  'BULK_QUEUE_URL',
] as const

/** Where on AWS a room finds what it may call. Absent where there is nothing of the kind: it then does without. */
export const addressNames = [
  /** The secret that playback tokens are signed with; in place of PLAYBACK_SECRET. */
  'PLAYBACK_SECRET_ARN',
  /** What access tokens are signed with, and what they are checked by. */
  'ACCESS_KEYS_ARN',
  'ACCESS_PUBLIC_KEYS_ARN',
  /** What the edge sends along to the API; absent: whoever asks is answered. */
  'EDGE_SECRET_ARN',
  /** What encrypts the secrets of second factors. */
  'SECOND_FACTOR_KEY_ARN',
  /** The code of the first admin. */
  'ADMIN_CODE_ARN',
  /** The function that keeps the gate's keys: it ends a video's links. */
  'GATE_KEYS_FUNCTION',
  /** The KeyValueStore that the gate reads. */
  'KEY_STORE_ARN',
  'DISTRIBUTION_ID',
  'PORTAL_BUCKET',
  /** For whoever counts what was given up. */
  'FAST_DEAD_LETTERS_URL',
  'BULK_DEAD_LETTERS_URL',
  /** What `begin` wakes: the fast lane's function, and the transcoders' cluster and service. */
  'FAST_LANE_FUNCTION',
  'TRANSCODER_CLUSTER',
  'TRANSCODER_SERVICE',
  /** What MediaConvert takes on to read sources and write media; without it there is no second engine. */
  'MEDIACONVERT_ROLE_ARN',
] as const

/** Secrets and settings of single rooms. */
export const settingNames = [
  'PLAYBACK_SECRET',
  /** Whether people sign in: on (the default), or off for an installation of one. */
  'ACCOUNTS',
  /** Who may make an account: open, invited (the default) or off. */
  'REGISTRATION',
  /** What a user may bring whose quota no admin has set: whole numbers; absent: as much as there is. */
  'QUOTA_GIGABYTES',
  'QUOTA_MINUTES',
  /** Who makes new videos: ffmpeg (the default) or mediaconvert. */
  'ENGINE',
  'FFMPEG_PATH',
  'FFPROBE_PATH',
  'WORKER_SLOTS',
  'KEEP_SOURCE',
  /** Whether a source that is already good becomes a rung by its own packets: on (the default) or off. */
  'COPY_LANE',
  /** Films whose MP4 would be larger have none. */
  'MP4_MAX_GIGABYTES',
  /** Sources without an index that are larger begin to play before they have been read whole. */
  'READ_FIRST_MEGABYTES',
  'LEASE_SECONDS',
  /** Where people open the portal, as `https://video.example.com`: for links in other sites. Absent: there are none. */
  'PUBLIC_ORIGIN',
  'LOG_LEVEL',
  'LOG_FORMAT',
  /** Which of the stages of one account this is: a dimension of its metrics. */
  'STAGE',
] as const

/** sysexits.h, EX_CONFIG: a process that ends with it would end so again, so nobody starts it again. */
export const configurationExitCode = 78

export type EnvironmentName =
  | (typeof serviceNames)[number]
  | (typeof resourceNames)[number]
  | (typeof addressNames)[number]
  | (typeof settingNames)[number]
