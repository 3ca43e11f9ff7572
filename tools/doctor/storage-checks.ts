// The buckets of a stage: may browsers send parts, does what nobody finishes go away, is everything private, are arrivals told.
import {
  type CORSRule,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  type PublicAccessBlockConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3'
import { uploadCors } from '#domain/delivery.ts'
import { abandonedUploadSeconds } from '#domain/timing.ts'
import { type Finding, judge, skipped } from './finding.ts'

const daySeconds = 86_400

/** As S3 matches: `*` once, any run of characters. */
function originMatches(pattern: string, origin: string): boolean {
  const [before = '', after] = pattern.split('*', 2)
  if (after === undefined) return pattern === origin
  const long = origin.length >= before.length + after.length
  return long && origin.startsWith(before) && origin.endsWith(after)
}

/** @param origin of the portal, which sends the parts */
export function judgeUploadCors(rules: readonly CORSRule[], origin: string): Finding {
  const rule = rules.find(
    rule =>
      rule.AllowedOrigins?.some(pattern => originMatches(pattern, origin)) &&
      rule.AllowedMethods?.includes('PUT'),
  )
  const exposed = (rule?.ExposeHeaders ?? []).map(header => header.toLowerCase())
  const hidden = uploadCors.exposedHeaders.filter(name => !exposed.includes(name.toLowerCase()))
  return judge('upload-cors', rule !== undefined && hidden.length === 0, {
    ok: `${origin} may PUT parts and read back what they became`,
    fault: rule
      ? `${origin} may PUT parts, but not read back ${hidden.join(', ')}`
      : `${origin} may not PUT parts: uploads fail in the browser`,
    fix: 'deploy again; with a domain of your own, with -c domain=… as it is opened',
  })
}

/** Days after which parts of uploads that nobody finished are removed; null: never. */
export function abortDays(rules: readonly LifecycleRule[]): number | null {
  const days = rules
    .filter(({ Status, Filter }) => Status === 'Enabled' && !Filter?.Prefix)
    .flatMap(rule => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? [])
  return days.length > 0 ? Math.min(...days) : null
}

export function judgeLifecycle(
  check: string,
  rules: readonly LifecycleRule[],
  leastDays: number,
): Finding {
  const days = abortDays(rules)
  return judge(check, days !== null && days >= leastDays, {
    ok: `parts that nobody finished go after ${days} days`,
    fault:
      days === null
        ? 'parts that nobody finished stay, and are paid for, for ever'
        : `parts go after ${days} days, though uploads may take ${leastDays}`,
    fix: 'deploy the Storage stack again',
  })
}

export function judgePrivate(
  check: string,
  block: PublicAccessBlockConfiguration | undefined,
): Finding {
  const all =
    block?.BlockPublicAcls &&
    block.BlockPublicPolicy &&
    block.IgnorePublicAcls &&
    block.RestrictPublicBuckets
  return judge(check, all === true, {
    ok: 'no public access, whatever a policy says',
    fault: 'public access is not blocked',
    fix: 'deploy the Storage stack again, and find out who changed it',
  })
}

/** Null where the store says that there is none. */
async function orNone<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (thrown) {
    if (thrown instanceof Error && /^NoSuch(CORS|Lifecycle|PublicAccess)/.test(thrown.name)) {
      return null
    }
    throw thrown
  }
}

/** @param emulated such a store may know nothing of lifecycles */
export async function checkStorage(
  client: S3Client,
  {
    origin,
    emulated,
    ...buckets
  }: { sourceBucket: string; mediaBucket: string; origin: string; emulated: boolean },
): Promise<Finding[]> {
  const source = { Bucket: buckets.sourceBucket }
  const media = { Bucket: buckets.mediaBucket }
  const lifecycle = async (check: string, bucket: { Bucket: string }, leastDays: number) => {
    const answer = await orNone(client.send(new GetBucketLifecycleConfigurationCommand(bucket)))
    return !answer && emulated
      ? skipped(check, 'the emulator keeps no lifecycle rules')
      : judgeLifecycle(check, answer?.Rules ?? [], leastDays)
  }
  const block = async (bucket: { Bucket: string }) =>
    (await orNone(client.send(new GetPublicAccessBlockCommand(bucket))))
      ?.PublicAccessBlockConfiguration
  const cors = await orNone(client.send(new GetBucketCorsCommand(source)))
  const told = await client.send(new GetBucketNotificationConfigurationCommand(source))
  return [
    judgeUploadCors(cors?.CORSRules ?? [], origin),
    await lifecycle('source-lifecycle', source, Math.ceil(abandonedUploadSeconds / daySeconds)),
    await lifecycle('media-lifecycle', media, 1),
    judgePrivate('source-private', await block(source)),
    judgePrivate('media-private', await block(media)),
    judge('arrivals-told', told.EventBridgeConfiguration !== undefined, {
      ok: 'EventBridge hears of every arrival',
      fault:
        'nobody hears of arrivals: the drop folder is dead, and so is the safety net of uploads',
      fix: 'deploy the Storage stack again',
    }),
  ]
}
