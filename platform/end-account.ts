// Ends an account with all it owns. Its person is out at once, and the account is due: what one call has no time for, the reaper goes on
// with, a bounded step each time it looks. Cut off anywhere, the next step begins where the videos are that are still there.
import { toMillraceError } from '#domain/errors.ts'
import { accountSettleSeconds } from '#domain/timing.ts'
import type { Accounts } from './accounts.ts'
import { deleteRevoked, type SweepDeps } from './delete-video.ts'
import type { Log } from './log.ts'
import type { RevokeAll } from './revoke.ts'
import type { Sessions } from './sessions.ts'
import type { VideoList } from './video-list.ts'

export interface EndAccountDeps extends SweepDeps {
  accounts: Accounts
  sessions: Sessions
  list: Pick<VideoList, 'page'>
  revokeAll: RevokeAll
}

/** Each is a handful of writes. */
const videosAtOnce = 10
const videosAPage = 4 * videosAtOnce
/** Of the call that asks for it: an API Gateway waits for 29 s. */
const callSeconds = 5

/**
 * Resolves when its person is out, and the rest is done or due.
 * @param admin somebody else who must be one still
 * @throws MillraceError `state-conflict` where they are none
 */
export async function endAccount(
  deps: EndAccountDeps & { log: Log },
  userId: string,
  admin?: string,
): Promise<void> {
  if (!(await deps.accounts.shut(userId, deps.now(), admin))) return
  await goOnEnding(deps, userId, deps.now() + callSeconds).catch(thrown => {
    const { code, detail } = toMillraceError(thrown)
    deps.log.warn('the end of an account stays due', { userId, code, detail })
  })
}

/**
 * @param until epoch seconds: begins nothing after it, but does a little in any case
 * @returns whether the account is gone
 */
export async function goOnEnding(
  deps: EndAccountDeps,
  userId: string,
  until: number,
): Promise<boolean> {
  const { accounts, sessions, list, now } = deps
  const profile = await accounts.read(userId)
  if (profile?.endsAt === undefined) return profile === null
  const settled = now() - profile.endsAt >= accountSettleSeconds
  await sessions.endAll(userId)
  const asked = { words: [], states: [], sort: 'newest', limit: videosAPage } as const
  let cursor: string | null = null
  do {
    const page = await list.page(userId, { ...asked, cursor })
    for (let i = 0; i < page.videos.length; i += videosAtOnce) {
      const some = page.videos.slice(i, i + videosAtOnce)
      await deps.revokeAll(some.map(({ videoId }) => videoId))
      await Promise.all(some.map(meta => deleteRevoked(deps, meta)))
      if (now() < until) continue
      await accounts.postponeEnd(userId, now())
      return false
    }
    cursor = page.cursor
  } while (cursor !== null)
  if (!settled) return false
  await accounts.remove(userId)
  return true
}
