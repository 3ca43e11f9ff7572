// What a stage is made of: every option with its default, and the only reader of the CDK's context. A wrong option is refused
// in one sentence; nothing is looked up, so that synthesis needs no credentials.
import type { Node } from 'constructs'
import { type Registration, registrations } from '#domain/account.ts'
import { MillraceError } from '#domain/errors.ts'
import { defaultMp4Gigabytes, defaultReadFirstMegabytes } from '#domain/limits.ts'

export const stageNames = ['dev', 'prod', 'rehearsal'] as const
export type StageName = (typeof stageNames)[number]

export interface StageConfig {
  /** `-c stage=`: stands in every stack's name. Default: dev. */
  stage: StageName
  /** The portal's own domain, with its certificate: a CNAME to the distribution is the operator's. Default: none, CloudFront's. */
  domain: { name: string; certificateArn: string } | null
  /** A web ACL of scope CLOUDFRONT (us-east-1). Default: none. */
  webAclArn: string | null
  /** Where alarms go by mail. Default: nowhere; they are seen in CloudWatch. */
  alarmEmail: string | null
  /** A budget of so many dollars a month, told by mail at 80 and 100 %; needs `alarmEmail`. Default: none. */
  monthlyBudgetDollars: number | null
  /** What becomes of a source when its video is ready. Default: it goes. A number: it stays for so many days. */
  keepSource: 'untilReady' | number
  /** Who may make an account: anybody, whoever an admin invites, nobody. Default: invited. */
  registration: Registration
  /** What a user may bring whose quota no admin has set. Default: null, as much as there is. */
  quotaGigabytes: number | null
  quotaMinutes: number | null
  /** Whether a source that is already good is a rung by its own packets. Default: on. */
  copyLane: 'on' | 'off'
  /** Films whose MP4 for download would be larger have none; 0: no MP4s. Default: 8. */
  mp4MaxGigabytes: number
  /** A Matroska file or transport stream that is larger begins to play before it has been read whole. Default: 100. */
  readFirstMegabytes: number
  /**
   * MediaConvert as a second engine. Default: off. `asked`: for uploads that ask for it. `always`: for every new video, where our
   * FFmpeg still probes, draws pictures and joins the MP4.
   */
  mediaConvert: MediaConvertUse
  /** At most so many transcoders. Default: 1 in dev, 10 in prod. More than Fargate's quota (6 vCPU in a fresh account) wait. */
  maxTranscoders: number
  /** vCPU of one transcoder, which has a slot for each: 1, 2, 4, 8 or 16. Default: 4. */
  transcoderCpus: TranscoderCpus
  /** The image of the transcoder, as `<registry>/<name>:<tag>`. Default: built from transcoder/Dockerfile when it is deployed. */
  image: string | null
  /** FFmpeg for the fast lane, a zip that `npm run layer` makes. Default: .millrace/layer/ffmpeg-arm64.zip. */
  layer: string
  /**
   * The transcoder as a function, for what a viewer waits for. Null: the service does all of it.
   * Default: 3,008 MB (the most a fresh account may have) and 2 at a time in dev, 5 in prod.
   */
  fastLane: { memoryMegabytes: number; maxConcurrency: number } | null
  /** Set aside so many concurrent executions for open event streams and held playlists, and no more. Default: null, shared with all. */
  streamConcurrency: number | null
  /** Requests a second, and in a burst, that the HTTP API takes before it answers 429. Default: 50 and 100 in dev, 500 and 1,000 in prod. */
  throttle: { ratePerSecond: number; burst: number }
  /** Default: 30 days in dev, 90 in prod. */
  logRetentionDays: LogRetentionDays
  /** The least that functions and transcoders write into their logs. Default: info. */
  logLevel: LogLevel
  /** Default: all. What the rehearsal leaves out, and why, is told in docs/rehearsal.md. */
  without: ReadonlySet<Omission>
  /** The secret of playback links, where the gate can't read a store of keys. Default: null, one is made. */
  playbackSecret: string | null
  /** Where the emulator answers, `https://localhost:<port>`; null on AWS. */
  emulator: URL | null
}

export const mediaConvertUses = ['off', 'asked', 'always'] as const
export type MediaConvertUse = (typeof mediaConvertUses)[number]
export type TranscoderCpus = 1 | 2 | 4 | 8 | 16
export type LogRetentionDays = 7 | 30 | 90 | 365
/** As platform/log.ts reads them. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** What an emulator can't do. Each is one branch in one construct. */
export type Omission =
  /** Service scaling: no AWS::ApplicationAutoScaling. */
  | 'scaling'
  /** The alarm whose metric is computed: no metric math in AWS::CloudWatch::Alarm. */
  | 'metric-math'
  /** Origin access control of function URLs: the edge signs no request, so they answer everyone. */
  | 'signed-function-urls'
  /** That SendMessage permits its batch too: there the batch has a permission of its own. */
  | 'batches-by-send'
  /** The gate's KeyValueStore: the key stands in the gate's code. */
  | 'key-store'

type Defaults = Omit<StageConfig, 'stage' | 'domain' | 'fastLane' | 'throttle'> & {
  fastLane: NonNullable<StageConfig['fastLane']> | null
  throttle: StageConfig['throttle']
}

const dev: Defaults = {
  webAclArn: null,
  alarmEmail: null,
  monthlyBudgetDollars: null,
  keepSource: 'untilReady',
  copyLane: 'on',
  registration: 'invited',
  quotaGigabytes: null,
  quotaMinutes: null,
  mp4MaxGigabytes: defaultMp4Gigabytes,
  readFirstMegabytes: defaultReadFirstMegabytes,
  mediaConvert: 'off',
  maxTranscoders: 1,
  transcoderCpus: 4,
  image: null,
  layer: '.millrace/layer/ffmpeg-arm64.zip',
  fastLane: { memoryMegabytes: 3008, maxConcurrency: 2 },
  streamConcurrency: null,
  throttle: { ratePerSecond: 50, burst: 100 },
  logRetentionDays: 30,
  logLevel: 'info',
  without: new Set(),
  playbackSecret: null,
  emulator: null,
}

const stages: Record<StageName, Defaults> = {
  dev,
  prod: {
    ...dev,
    maxTranscoders: 10,
    fastLane: { memoryMegabytes: 3008, maxConcurrency: 5 },
    throttle: { ratePerSecond: 500, burst: 1000 },
    logRetentionDays: 90,
  },
  rehearsal: {
    ...dev,
    // Tasks and image functions need Docker there: the transcoder runs as a process beside the emulator.
    image: 'public.ecr.aws/docker/library/node:24',
    fastLane: null,
    without: new Set<Omission>([
      'scaling',
      'key-store',
      'metric-math',
      'signed-function-urls',
      'batches-by-send',
    ]),
  },
}

/** Names of context keys. Any other is refused, but those with a `:`, `/` or `-`: they are the CDK's own. */
const optionNames = [
  ...['stage', 'domain', 'certificate', 'webAcl', 'alarmEmail', 'monthlyBudget', 'keepSource'],
  ...['maxTranscoders', 'transcoderCpus', 'image', 'layer', 'fastLane', 'fastLaneMemory'],
  ...['fastLaneConcurrency', 'streamConcurrency', 'throttleRate', 'throttleBurst', 'logRetention'],
  ...['playbackSecret', 'emulator', 'mediaConvert', 'mp4MaxGigabytes', 'copyLane', 'registration'],
  ...['readFirstMegabytes', 'logLevel', 'quotaGigabytes', 'quotaMinutes'],
] as const
type OptionName = (typeof optionNames)[number]

const wrong = (message: string) => new MillraceError('configuration-wrong', { message })

/** @throws MillraceError `configuration-wrong` whose message is for the operator */
export function readConfig(node: Node): StageConfig {
  const given: Record<string, unknown> = node.getAllContext()
  const known: readonly string[] = optionNames
  for (const name of Object.keys(given)) {
    if (!/[:/-]/.test(name) && !known.includes(name)) {
      throw wrong(`There is no option "${name}": the options are ${known.join(', ')}.`)
    }
  }
  const text = (name: OptionName) => {
    const value = given[name]
    return value === undefined || value === '' ? null : String(value)
  }
  const count = (name: OptionName, otherwise: number, least = 1) => {
    const value = Number(text(name) ?? otherwise)
    if (Number.isInteger(value) && value >= least) return value
    throw wrong(`Set ${name} to a whole number of at least ${least}, not "${text(name)}".`)
  }
  const choice = <Choice extends string | number>(
    name: OptionName,
    choices: readonly Choice[],
    otherwise: Choice,
  ): Choice => {
    const value = text(name)
    const chosen = value === null ? otherwise : choices.find(one => String(one) === value)
    if (chosen !== undefined) return chosen
    throw wrong(`Set ${name} to one of ${choices.join(', ')}, not "${value}".`)
  }

  const stage = choice('stage', stageNames, 'dev')
  const defaults = stages[stage]
  const config: StageConfig = {
    ...defaults,
    stage,
    domain: readDomain(text('domain'), text('certificate')),
    webAclArn: readGlobalArn('webAcl', text('webAcl'), 'wafv2'),
    alarmEmail: text('alarmEmail'),
    monthlyBudgetDollars: text('monthlyBudget') ? count('monthlyBudget', 0) : null,
    keepSource:
      (text('keepSource') ?? 'untilReady') === 'untilReady' ? 'untilReady' : count('keepSource', 1),
    registration: choice('registration', registrations, defaults.registration),
    quotaGigabytes: text('quotaGigabytes') ? count('quotaGigabytes', 0, 0) : null,
    quotaMinutes: text('quotaMinutes') ? count('quotaMinutes', 0, 0) : null,
    copyLane: choice('copyLane', ['on', 'off'], defaults.copyLane),
    mp4MaxGigabytes: count('mp4MaxGigabytes', defaults.mp4MaxGigabytes, 0),
    readFirstMegabytes: count('readFirstMegabytes', defaults.readFirstMegabytes, 0),
    mediaConvert: choice('mediaConvert', mediaConvertUses, defaults.mediaConvert),
    maxTranscoders: count('maxTranscoders', defaults.maxTranscoders),
    transcoderCpus: choice('transcoderCpus', [1, 2, 4, 8, 16], defaults.transcoderCpus),
    image: text('image') ?? defaults.image,
    layer: text('layer') ?? defaults.layer,
    fastLane:
      defaults.fastLane && choice('fastLane', ['on', 'off'], 'on') === 'on'
        ? {
            memoryMegabytes: count('fastLaneMemory', defaults.fastLane.memoryMegabytes, 1024),
            // Lambda: «maximum concurrency … between 2 and 1,000».
            maxConcurrency: count('fastLaneConcurrency', defaults.fastLane.maxConcurrency, 2),
          }
        : null,
    streamConcurrency: text('streamConcurrency') ? count('streamConcurrency', 0) : null,
    throttle: {
      ratePerSecond: count('throttleRate', defaults.throttle.ratePerSecond),
      burst: count('throttleBurst', defaults.throttle.burst),
    },
    logRetentionDays: choice('logRetention', [7, 30, 90, 365], defaults.logRetentionDays),
    logLevel: choice('logLevel', logLevels, defaults.logLevel),
    playbackSecret: text('playbackSecret'),
    emulator: readEmulator(stage, text('emulator')),
  }
  assertWhole(config)
  return config
}

function readDomain(name: string | null, certificateArn: string | null): StageConfig['domain'] {
  if (name && certificateArn) {
    readGlobalArn('certificate', certificateArn, 'acm')
    return { name, certificateArn }
  }
  if (name) {
    throw wrong(`The domain ${name} needs its certificate: -c certificate=arn:aws:acm:us-east-1:…`)
  }
  if (certificateArn) throw wrong('A certificate needs its domain: -c domain=video.example.com')
  return null
}

/** CloudFront reads certificates and web ACLs in us-east-1 only. */
function readGlobalArn(name: OptionName, arn: string | null, service: string): string | null {
  if (arn === null || new RegExp(`^arn:aws:${service}:us-east-1:\\d{12}:`).test(arn)) return arn
  throw wrong(
    `Set ${name} to an ARN that begins with arn:aws:${service}:us-east-1: (CloudFront reads it there only), not "${arn}".`,
  )
}

/** @throws MillraceError `configuration-wrong` */
function readEmulator(stage: StageName, address: string | null): URL | null {
  if ((stage === 'rehearsal') !== (address !== null)) {
    throw wrong(
      address
        ? `The stage ${stage} is for AWS itself: leave out emulator.`
        : 'The stage rehearsal is for an emulator: run it by "npm run rehearse", which knows its address.',
    )
  }
  if (address === null) return null
  if (URL.canParse(address)) return new URL(address)
  throw wrong(`Set emulator to an address like https://localhost:4566, not "${address}".`)
}

function assertWhole(config: StageConfig): void {
  const { monthlyBudgetDollars, alarmEmail, without, playbackSecret, stage } = config
  if (monthlyBudgetDollars && !alarmEmail) {
    throw wrong('A budget needs an address to tell: -c alarmEmail=you@example.com')
  }
  if (without.has('key-store') !== (playbackSecret !== null)) {
    throw wrong(
      without.has('key-store')
        ? `The stage ${stage} has no store of keys: give its secret by -c playbackSecret=… (32 bytes or more).`
        : `The stage ${stage} makes its own playback secret: leave out playbackSecret.`,
    )
  }
}
