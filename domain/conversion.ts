// A job of AWS Elemental MediaConvert as the rooms know it: what it carries, whose its task is meanwhile, and what its failure
// means to a person. The transcoder creates jobs, functions/mediaconvert hears of them. Pure.
import * as z from 'zod/mini'
import { type ErrorCode, MillraceError } from './errors.ts'
import type { ConvertTask } from './task.ts'
import { videoIdPattern } from './video.ts'

const JobMetadata = z.object({
  videoId: z.string().check(z.regex(videoIdPattern)),
  attempt: z.coerce.number().check(z.int(), z.positive()),
  /** Where it writes, below `conversionPrefix`: the nonce of the claim that created it. */
  folder: z.string().check(z.regex(/^[0-9A-Za-z]+$/)),
  /** Whose job it is: two stages of one account hear of each other's. */
  mediaBucket: z.string(),
  /** Of its task, in the unit of `workOf`: what a percentage of it adds to progress. */
  work: z.coerce.number().check(z.nonnegative()),
})
export type JobMetadata = z.infer<typeof JobMetadata>

/** UserMetadata: text by name; every event of the job repeats it. */
export const writeJobMetadata = (metadata: JobMetadata): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, String(value)]))

/** Null for the job of somebody else. */
export function readJobMetadata(metadata: unknown): JobMetadata | null {
  const parsed = JobMetadata.safeParse(metadata)
  return parsed.success ? parsed.data : null
}

export const convertTask = ({ videoId, attempt }: Omit<ConvertTask, 'kind'>): ConvertTask => ({
  kind: 'convert',
  videoId,
  attempt,
})

/** While it works the job holds the lease of its task, as a worker would. */
export const jobOwner = (jobId: string): string => `mediaconvert.${jobId}`
export const isJobOwner = (owner: string | undefined): boolean =>
  owner?.startsWith(jobOwner('')) ?? false

/** True when a lease is still that of the claim that created the job: nobody has written down yet that there is one. */
export const isCreator = (owner: string | undefined, folder: string): boolean =>
  owner?.endsWith(`.${folder}`) ?? false

/** https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html */
const failureCodes: Readonly<Record<number, ErrorCode>> = {
  1020: 'no-video',
  1030: 'unsupported-codec',
  1076: 'source-truncated',
  1092: 'unsupported-codec',
  1401: 'conversion-refused',
  1404: 'source-gone',
  1432: 'conversion-refused',
  1433: 'conversion-refused',
  1434: 'conversion-refused',
  1515: 'conversion-refused',
}

export interface JobStatus {
  /** As the service and its events spell it. */
  status: string | undefined
  errorCode: number | undefined
  errorMessage: string | undefined
}

/** Why a job will not make anything any more, in words for the person who uploaded the file; null as long as it may. */
export function jobFailure({ status, errorCode, errorMessage }: JobStatus): MillraceError | null {
  if (status === 'CANCELED') return new MillraceError('processing-failed', { detail: 'cancelled' })
  if (status !== 'ERROR') return null
  const code = errorCode === undefined ? undefined : failureCodes[errorCode]
  return new MillraceError(code ?? 'conversion-failed', { detail: `${errorCode}: ${errorMessage}` })
}
