// Goes on with a long list, while there is more of it.
import { strings } from '../strings.ts'
import type { Pages } from './pages.ts'

export function More<Item>({ of }: { of: Pages<Item> }) {
  if (!of.hasMore.value) return null
  return (
    <button type="button" class="button" onClick={() => void of.more()}>
      {strings.library.loadMore}
    </button>
  )
}
