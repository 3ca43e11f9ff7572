// Ends an account with all it owns. Its person is out at once; the videos go, then the account itself. Cut off anywhere, it is gone on
// with by being asked for again.
import type { Accounts } from './accounts.ts'
import { type DeleteDeps, deleteVideo } from './delete-video.ts'
import type { Sessions } from './sessions.ts'
import type { VideoList } from './video-list.ts'

export interface EndAccountDeps extends DeleteDeps {
  accounts: Accounts
  sessions: Sessions
  list: VideoList
}

/** Each is a handful of writes. */
const videosAtOnce = 8

export async function endAccount(deps: EndAccountDeps, userId: string): Promise<void> {
  const { accounts, sessions, list } = deps
  await accounts.change(userId, { disabled: true })
  await sessions.endAll(userId)
  let cursor: string | null = null
  do {
    const page = await list.page(userId, {
      ...{ words: [], states: [], sort: 'newest', limit: videosAtOnce, cursor },
    })
    await Promise.all(page.videos.map(meta => deleteVideo(deps, meta)))
    cursor = page.cursor
  } while (cursor !== null)
  await accounts.remove(userId)
}
