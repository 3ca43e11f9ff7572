// Jobs of AWS Elemental MediaConvert as a few verbs: created, looked at, cancelled. A service that does not answer or has too
// much to do is `engine-unavailable`; one that may not do what we ask, or will not, is final.
import {
  BadRequestException,
  CancelJobCommand,
  ConflictException,
  CreateJobCommand,
  ForbiddenException,
  GetJobCommand,
  type Job,
  type MediaConvertClient,
  NotFoundException,
} from '@aws-sdk/client-mediaconvert'
import { jobFailure, readJobMetadata } from '#domain/conversion.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Plan } from '#domain/plan.ts'
import { jobRequest } from './job-settings.ts'

export interface Conversion {
  id: string
  folder: string
  complete: boolean
  /** Why it will not make anything any more. */
  failure: MillraceError | null
}

export interface Conversions {
  /** A job for the plan; `folder` names where it writes. The one that was created a moment ago, if there is one: then it keeps its own folder. */
  create(plan: Plan, folder: string): Promise<Conversion>
  /** Null when the service does not know it any more. */
  find(id: string): Promise<Conversion | null>
  /** Does nothing to one that has ended. */
  cancel(id: string): Promise<void>
}

function fault(cause: unknown): MillraceError {
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  if (cause instanceof MillraceError) return cause
  if (cause instanceof ForbiddenException) {
    return new MillraceError('conversion-refused', { cause, detail })
  }
  if (cause instanceof BadRequestException) {
    return new MillraceError('conversion-failed', { cause, detail })
  }
  return new MillraceError('engine-unavailable', { cause, detail })
}

/** @throws MillraceError `engine-unavailable` for an answer without what every job of ours has. */
function read(job: Job | undefined): Conversion {
  const metadata = readJobMetadata(job?.UserMetadata)
  if (!job?.Id || !metadata) {
    throw new MillraceError('engine-unavailable', { detail: 'an answer without a job of ours' })
  }
  return {
    id: job.Id,
    folder: metadata.folder,
    complete: job.Status === 'COMPLETE',
    failure: jobFailure({
      status: job.Status,
      errorCode: job.ErrorCode,
      errorMessage: job.ErrorMessage,
    }),
  }
}

export function createConversions(deps: {
  client: MediaConvertClient
  roleArn: string
  sourceBucket: string
  mediaBucket: string
}): Conversions {
  const { client, ...places } = deps
  return {
    async create(plan, folder) {
      const request = jobRequest(plan, { ...places, folder })
      try {
        const { Job } = await client.send(new CreateJobCommand(request))
        return read(Job)
      } catch (thrown) {
        throw fault(thrown)
      }
    },
    async find(id) {
      try {
        const { Job } = await client.send(new GetJobCommand({ Id: id }))
        return read(Job)
      } catch (thrown) {
        if (thrown instanceof NotFoundException) return null
        throw fault(thrown)
      }
    },
    async cancel(id) {
      try {
        await client.send(new CancelJobCommand({ Id: id }))
      } catch (thrown) {
        const over = thrown instanceof NotFoundException || thrown instanceof ConflictException
        // A job that has ended can't be cancelled: the service says so by one of these.
        if (!over && !(thrown instanceof BadRequestException)) throw fault(thrown)
      }
    },
  }
}
