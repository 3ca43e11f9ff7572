// Errors as answers: RFC 9457 problem details with a stable code, the HTTP status of every code, and the handlers every app
// ends with. Text of an unknown error never leaves the log.
import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { Problem } from '#domain/api.ts'
import { type ErrorCode, errorFacts, type MillraceError, toMillraceError } from '#domain/errors.ts'
import type { Log } from './log.ts'
import { requestIdOf } from './request-id.ts'

export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 410
  | 413
  | 415
  | 422
  | 429
  | 500
  | 503

const titles: Record<ProblemStatus, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** What stands for a code when it reaches a client. */
export const statusOfCode: Record<ErrorCode, ProblemStatus> = {
  'bad-request': 400,
  'not-found': 404,
  'sign-in-failed': 401,
  'second-factor-needed': 401,
  'second-factor-wrong': 401,
  'account-refused': 422,
  'registration-closed': 403,
  'password-weak': 422,
  'origin-refused': 403,
  'too-many-requests': 429,
  'quota-reached': 403,
  'too-many-unfinished': 409,
  'call-reused': 422,
  'not-signed-in': 401,
  forbidden: 403,
  'video-not-found': 404,
  'upload-not-found': 404,
  'upload-incomplete': 409,
  'part-wrong-size': 400,
  'state-conflict': 409,
  'list-too-long': 422,
  'not-playable': 409,
  'source-empty': 400,
  'source-too-large': 413,
  'source-not-media': 422,
  'source-is-playlist': 422,
  'source-unreadable': 422,
  'source-truncated': 422,
  'source-changed': 409,
  'source-gone': 410,
  'no-video': 422,
  'unsupported-codec': 422,
  'unsupported-source': 422,
  'import-refused': 422,
  'import-unreachable': 503,
  'too-long': 422,
  'picture-too-large': 422,
  'rate-too-high': 422,
  'too-many-streams': 422,
  'probe-timeout': 503,
  'encode-failed': 500,
  'check-failed': 500,
  'output-faulty': 500,
  'conversion-failed': 422,
  'conversion-refused': 500,
  'engine-unavailable': 503,
  'processing-failed': 500,
  'lease-lost': 500,
  'lease-held': 503,
  cancelled: 503,
  'message-unreadable': 400,
  'record-unreadable': 500,
  'configuration-wrong': 500,
  'store-unavailable': 503,
  'table-unavailable': 503,
  'queue-unavailable': 503,
  'too-busy': 503,
  internal: 500,
}

/** Codes whose own message may name what only the log should. */
const saidPlainly = new Set<ErrorCode>(['configuration-wrong', 'record-unreadable', 'internal'])

/** Of answers that are somebody's own, or true for a moment alone. */
export const unstored = { 'cache-control': 'no-store' }

export interface ProblemOptions {
  /** Default: the one of the code. */
  status?: ProblemStatus
  /** Default: the sentence of the code. */
  message?: string
  members?: Partial<Pick<Problem, 'reason' | 'invalid' | 'partNumbers' | 'instance'>>
  headers?: Readonly<Record<string, string>>
}

export function problem(code: ErrorCode, options: ProblemOptions = {}): Response {
  const { status = statusOfCode[code], message, members, headers } = options
  const body: Problem = {
    type: 'about:blank',
    title: titles[status],
    status,
    code,
    detail: message && !saidPlainly.has(code) ? message : errorFacts[code].message,
    ...members,
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 503 ? { 'retry-after': '1' } : {}),
      ...headers,
    },
  })
}

function report(log: Log, error: MillraceError, c: Context, instance: string): void {
  const { code, detail, cause } = error
  const request = requestIdOf(c)
  const fields = { code, detail, instance, request, method: c.req.method, path: c.req.path }
  const stack = cause instanceof Error ? cause.stack : error.stack
  if (statusOfCode[code] < 500) log.info('refused', fields)
  else log.error('failed', { ...fields, stack })
}

/** A Hono app that answers everything unknown and everything thrown with problem details. */
export function createBareApp({ log }: { log: Log }): Hono {
  const app = new Hono()
  // Once there is an answer to add to, what a handler sets (cookies, limits) holds for a problem that it throws, too.
  app.use((c, next) => {
    void c.res
    return next()
  })
  app.notFound(() => problem('not-found'))
  app.onError((thrown, c) => {
    // The client is gone: nobody reads this, and nothing is wrong.
    if (c.req.raw.signal.aborted) return problem('cancelled')
    const error = toMillraceError(thrown)
    const instance = `urn:uuid:${randomUUID()}`
    report(log, error, c, instance)
    return problem(error.code, {
      message: error.message,
      members: { reason: error.reason, instance },
    })
  })
  return app
}
