// What stands around every call that changes something: how often somebody may ask, and an entry of what admins and keys did.
import type { Hono, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { nobody } from '#domain/access.ts'
import { callLimits } from '#domain/account.ts'
import { writeDone } from './audit.ts'
import { takeTokens } from './call-limits.ts'
import type { Calls } from './calls.ts'
import type { Doors } from './identity.ts'
import type { Log } from './log.ts'
import { createBareApp } from './problem.ts'
import { limitedAddress } from './viewer-address.ts'

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
  'POST /api/videos/:videoId/rerun': 'video-rerun',
  'POST /api/videos/:videoId/shares': 'share-created',
  'DELETE /api/videos/:videoId/shares/:shareId': 'share-removed',
}
/** Parts are signed by the thousand, and whoever plays changes nothing. */
const unwritten = /\/(?:parts|playback)$/

/** An app whose every call is limited and written down. */
export function createGuardedApp(deps: GuardedDeps): Hono {
  const app = createBareApp(deps)
  if (deps.calls) app.use(limited({ ...deps, ...deps.calls }), writtenDown(deps, deps.calls))
  return app
}

type LimitedDeps = Pick<GuardedDeps, 'identify' | 'log' | 'now'> & Pick<Calls, 'limits'>

/**
 * An app whose every call is limited, and which writes down by itself what it does.
 * @param apart calls with limits of their own, as `POST /api/session`
 */
export function createLimitedApp(deps: LimitedDeps, apart: readonly string[]): Hono {
  const app = createBareApp(deps)
  app.use(limited(deps, new Set(apart)))
  return app
}

function limited(
  { identify, now, limits }: LimitedDeps,
  apart: ReadonlySet<string> = new Set(),
): MiddlewareHandler {
  return async (c, next) => {
    if (apart.has(`${c.req.method} ${c.req.path}`)) return next()
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
    await writeDone({ audit, log, now }, { userId, keyId }, what)
  }
}
