// What stands before every call that changes something: how often somebody may ask, calls that name themselves, and an entry of what
// admins and keys did.
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { nobody } from '#domain/access.ts'
import { callLimits } from '#domain/account.ts'
import type { Audit } from './audit.ts'
import { takeTokens } from './call-limits.ts'
import type { Doors } from './identity.ts'
import type { Log } from './log.ts'
import type { Answered, Once } from './once.ts'
import { createBareApp, problem } from './problem.ts'
import type { RateLimits } from './rate-limits.ts'
import { limitedAddress } from './viewer-address.ts'

/** What is kept of calls. */
export interface Calls {
  limits: RateLimits
  once: Once
  audit: Audit
}

export interface GuardedDeps extends Doors {
  /** Without it nothing is limited, repeated or written down: an installation of one. */
  calls?: Calls | undefined
  log: Log
  /** Epoch seconds. */
  now(): number
}

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
/** As entries name what was done; a call that is not here stands there as it is. */
const actions: Readonly<Record<string, string>> = {
  'POST /api/uploads': 'upload-begun',
  'POST /api/uploads/:videoId/complete': 'uploaded',
  'DELETE /api/uploads/:videoId': 'upload-aborted',
  'POST /api/imports': 'import-begun',
  'PATCH /api/videos/:videoId': 'video-changed',
  'DELETE /api/videos/:videoId': 'video-deleted',
  'POST /api/videos/:videoId/shares': 'share-created',
  'DELETE /api/videos/:videoId/shares/:shareId': 'share-removed',
}
/** Parts are signed by the thousand, and whoever plays changes nothing. */
const unwritten = /\/(?:parts|playback)$/

/** An app whose every call is limited and written down. */
export function createGuardedApp(deps: GuardedDeps): Hono {
  const app = createBareApp(deps)
  if (deps.calls) app.use(limited(deps, deps.calls), writtenDown(deps, deps.calls))
  return app
}

function limited({ identify, now }: GuardedDeps, { limits }: Calls): MiddlewareHandler {
  return async (c, next) => {
    const changes = changing.has(c.req.method)
    const isKey = c.req.header('authorization') !== undefined
    // Nobody's reading costs no write: it is public, or refused.
    if (!changes && !isKey) return next()
    // What does not hold is refused where it matters; until then it is nobody's, and guessing is counted.
    const actor = Promise.resolve(identify(c.req.raw))
    const { userId, keyId } = await actor.catch(() => nobody)
    const bucket =
      keyId !== null
        ? ([callLimits.key, keyId] as const)
        : userId !== null
          ? ([callLimits.user, userId] as const)
          : ([callLimits.address, limitedAddress(c.req.raw)] as const)
    await takeTokens(c, limits, [bucket], now())
    return next()
  }
}

function writtenDown({ identify, now, log }: GuardedDeps, { audit }: Calls): MiddlewareHandler {
  return async (c, next) => {
    await next()
    if (!changing.has(c.req.method) || c.res.status >= 400) return
    const path = routePath(c, -1)
    if (unwritten.test(path)) return
    const { userId, keyId, role } = await identify(c.req.raw)
    if (userId === null || (keyId === null && role !== 'admin')) return
    const target = c.req.param('videoId')
    const call = `${c.req.method} ${path}`
    const what = { action: actions[call] ?? call, ...(target ? { target } : {}) }
    // It is done: an entry that is lost takes nothing back.
    await audit.write({ userId, keyId }, what, now()).catch(thrown => {
      log.error('no entry of what was done', { ...what, detail: String(thrown) })
    })
  }
}

/** Longer answers are none of the calls that are made once. */
const mostBytes = 100_000
const nameForm = /^[\x21-\x7e]{1,255}$/

/** A call with an `Idempotency-Key` is made once; without one, or without accounts, as often as it comes. After `jsonBody`. */
export function madeOnce({ identify, now, calls }: GuardedDeps): MiddlewareHandler {
  return async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (!calls || key === undefined) return next()
    if (!nameForm.test(key)) {
      return problem('bad-request', { members: { invalid: ['Idempotency-Key'] } })
    }
    const { userId } = await identify(c.req.raw)
    if (userId === null) return next()
    const call = { userId, name: `${c.req.method} ${c.req.path} ${key}` }
    const request = JSON.stringify(c.req.valid('json' as never))
    const begun = await calls.once.begin({ ...call, request }, now())
    if (begun.is === 'another') return problem('call-reused')
    if (begun.is === 'under-way') {
      return problem('state-conflict', {
        message: 'The same call is still being answered.',
        headers: { 'retry-after': '1' },
      })
    }
    if (begun.is === 'answered') return replay(begun.answer)
    await next()
    await keep(
      c,
      () => calls.once.forget(call),
      (body, status) => calls.once.end(call, { status, body }, now()),
    )
  }
}

const replay = ({ status, body }: Answered) =>
  new Response(body, {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'idempotency-replayed': 'true',
    },
  })

/** What failed may be made again. */
async function keep(
  c: Context,
  forget: () => Promise<void>,
  end: (body: string, status: number) => Promise<void>,
): Promise<void> {
  const { status } = c.res
  const body = status < 400 ? await c.res.clone().text() : ''
  if (status >= 400 || body.length > mostBytes) await forget()
  else await end(body, status)
}
