// «MediaConvert Job State Change» as EventBridge delivers it, read: whose job it is, what it is doing, how far it is. Pure.
import * as z from 'zod/mini'
import { type JobMetadata, jobFailure, readJobMetadata } from '#domain/conversion.ts'
import { MillraceError } from '#domain/errors.ts'

const JobStateChange = z.object({
  source: z.literal('aws.mediaconvert'),
  'detail-type': z.literal('MediaConvert Job State Change'),
  detail: z.object({
    jobId: z.string(),
    status: z.string(),
    userMetadata: z.optional(z.unknown()),
    jobProgress: z.optional(
      // «For some jobs, the service can't provide information about job progress.»
      z.object({ jobPercentComplete: z.optional(z.nullable(z.number())) }),
    ),
    errorCode: z.optional(z.number()),
    errorMessage: z.optional(z.string()),
    warningCode: z.optional(z.union([z.string(), z.number()])),
    warningMessage: z.optional(z.string()),
  }),
})

export interface JobEvent extends JobMetadata {
  jobId: string
  complete: boolean
  /** Why it will not make anything any more. */
  failure: MillraceError | null
  /** Of the whole job, 0..1; null when the service does not say. */
  ratio: number | null
  /** For the log. */
  warning: string | null
}

/**
 * Null for the job of somebody else. Of any status but an end it works, those nobody knows yet included.
 * @throws MillraceError `message-unreadable`
 */
export function readJobEvent(event: unknown): JobEvent | null {
  const parsed = JobStateChange.safeParse(event)
  if (!parsed.success) {
    throw new MillraceError('message-unreadable', { detail: z.prettifyError(parsed.error) })
  }
  const { detail } = parsed.data
  const metadata = readJobMetadata(detail.userMetadata)
  if (!metadata) return null
  const { jobId, status, errorCode, errorMessage } = detail
  const percent = detail.jobProgress?.jobPercentComplete ?? null
  return {
    ...metadata,
    jobId,
    complete: status === 'COMPLETE',
    failure: jobFailure({ status, errorCode, errorMessage }),
    ratio: percent === null ? null : Math.min(1, Math.max(0, percent / 100)),
    warning:
      detail.warningCode === undefined ? null : `${detail.warningCode}: ${detail.warningMessage}`,
  }
}
