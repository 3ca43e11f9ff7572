// Stands before a call that may name itself: made once by its name, and answered each time it is sent.
import type { Context, MiddlewareHandler } from 'hono'
import type { GuardedDeps } from './guarded-app.ts'
import type { Answered } from './once.ts'
import { problem } from './problem.ts'

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
