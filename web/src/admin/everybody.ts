// Everybody who has an account, a page at a time: the first when it is asked for, more on demand, and after a change as many as were shown.
import { type Signal, signal } from '@preact/signals'
import type { UserPage, UserView } from '#domain/account.ts'
import type { Loaded } from '../account/loaded.ts'
import { toProblem } from '../api/problem.ts'

export interface Everybody extends Loaded<UserView[]> {
  hasMore: Signal<boolean>
  more(): Promise<void>
}

export function createEverybody(read: (path: string) => Promise<UserPage>): Everybody {
  const value = signal<UserView[] | null>(null)
  const wrong = signal('')
  const hasMore = signal(false)
  let cursor: string | null = null

  /** From a place on, until there are so many or no more. */
  async function load(before: readonly UserView[], from: string | null, least: number) {
    try {
      const found = new Map(before.map(user => [user.userId, user]))
      let next = from
      do {
        const page = await read(next ? `/api/users?cursor=${next}` : '/api/users')
        for (const user of page.users) found.set(user.userId, user)
        next = page.cursor
      } while (next && found.size < least)
      value.value = [...found.values()]
      cursor = next
      hasMore.value = next !== null
      wrong.value = ''
    } catch (thrown) {
      wrong.value = toProblem(thrown).message
    }
  }

  return {
    ...{ value, wrong, hasMore },
    again: () => load([], null, value.peek()?.length ?? 1),
    async more() {
      const shown = value.peek() ?? []
      if (cursor) await load(shown, cursor, shown.length + 1)
    },
  }
}
