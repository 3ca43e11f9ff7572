// A long list, a page at a time: the first when it is asked for, more on demand, and after a change as many as were shown.
import { type Signal, signal } from '@preact/signals'
import type { Loaded } from '../account/loaded.ts'
import { toProblem } from '../api/problem.ts'

export interface Pages<Item> extends Loaded<Item[]> {
  hasMore: Signal<boolean>
  more(): Promise<void>
}

export interface Page<Item> {
  items: Item[]
  cursor: string | null
}

/**
 * @param read the page that begins at a cursor; null: the first
 * @param idOf of an item that two pages may both have, for the list changes meanwhile
 */
export function createPages<Item>(
  read: (cursor: string | null) => Promise<Page<Item>>,
  idOf: (item: Item) => string,
): Pages<Item> {
  const value = signal<Item[] | null>(null)
  const wrong = signal('')
  const hasMore = signal(false)
  let cursor: string | null = null

  /** From a place on, until there are so many or no more. */
  async function load(before: readonly Item[], from: string | null, least: number) {
    try {
      const found = new Map(before.map(item => [idOf(item), item]))
      let next = from
      do {
        const page = await read(next)
        for (const item of page.items) found.set(idOf(item), item)
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
