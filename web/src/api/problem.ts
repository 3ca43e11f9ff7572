// What went wrong, as a code and a sentence for a person: read from problem+json (RFC 9457), or made here when no answer came.
import { type ErrorCode, isErrorCode } from '#domain/error-codes.ts'
import type { VideoView } from '#domain/video.ts'
import { strings } from '../strings.ts'

/** The server's closed list, and what only a browser can find out. */
export type ProblemCode =
  | ErrorCode
  | 'network'
  | 'file-changed'
  | 'file-gone'
  | 'store-refused'
  | 'store-full'
  | 'in-other-tab'

export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** When the same request may be made again; null: the server does not say. */
  readonly waitSeconds: number | null

  constructor(
    code: ProblemCode,
    options: { status?: number; message?: string; waitSeconds?: number | null } = {},
  ) {
    super(options.message ?? sentenceOf(code))
    this.code = code
    this.status = options.status ?? 0
    this.waitSeconds = options.waitSeconds ?? null
  }

  /** True when the same request may succeed a moment later. */
  get retryable(): boolean {
    if (this.code === 'store-full') return false
    if (this.code === 'network' || this.status >= 500) return true
    // S3 answers a connection that dried up with 400 RequestTimeout.
    return (
      this.status === 429 ||
      this.status === 408 ||
      (this.code === 'store-refused' && this.status === 400)
    )
  }
}

const sentences: Readonly<Record<string, string>> = strings.errors

/** What the server means by a code or its reason, in the person's language where there is a sentence for it. */
const sayError = (code: ErrorCode, said: string, reason: unknown = code): string =>
  sentences[`${reason}`] ?? sentences[code] ?? said

function sentenceOf(code: ProblemCode): string {
  if (!isErrorCode(code)) return strings.problems[code]
  return sayError(code, strings.spoken[code] ?? strings.spoken.internal)
}

/** Why a video failed, in words. */
export const sayFailure = ({ failure }: Pick<VideoView, 'failure'>): string | undefined =>
  failure ? sayError(failure.code, failure.message, failure.reason) : undefined

/** The problem in an answer that is not ok. A body that is not problem+json (a proxy's page) leaves the status to speak. */
export async function readProblem(response: Response): Promise<Problem> {
  const { status } = response
  const body: unknown = await response.json().catch(() => null)
  if (typeof body === 'object' && body !== null && 'code' in body && isErrorCode(body.code)) {
    const detail = 'detail' in body && typeof body.detail === 'string' ? body.detail : ''
    const message = sayError(body.code, detail, 'reason' in body ? body.reason : undefined)
    const waitSeconds = Number(response.headers.get('retry-after')) || null
    return new Problem(body.code, { status, waitSeconds, ...(message ? { message } : {}) })
  }
  if (status === 404) return new Problem('not-found', { status })
  if (status >= 500 || status === 429) {
    return new Problem('internal', { status, message: strings.problems.unavailable })
  }
  return new Problem('bad-request', { status, message: strings.problems.refused(status) })
}

/**
 * Anything thrown, as a Problem. What nobody foresaw is a mistake of ours, and goes to the console too. Aborts are not problems: the
 * caller looks at its signal first.
 */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  globalThis.reportError?.(thrown)
  return new Problem('internal')
}
