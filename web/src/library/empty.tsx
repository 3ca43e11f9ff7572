// What stands in the library's place when there is nothing to list: why, and the way on.
import { Icon } from '../look/icons.tsx'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'
import { ChooseButton } from '../upload/choose.tsx'
import { layout } from './layout.ts'
import { clearSearch } from './toolbar.tsx'

const text = strings.library

export function EmptyLibrary() {
  const { queue } = usePortal()
  // A finger drags nothing into a page.
  const byTouch = matchMedia('(hover: none) and (pointer: coarse)').matches
  return (
    <section class="empty drop-here" aria-labelledby="empty-title">
      <div class="empty-sign">
        <Icon name="upload" />
      </div>
      <h1 id="empty-title">{byTouch ? text.emptyTitleByTouch : text.emptyTitle}</h1>
      <p class="lead">{text.emptyText}</p>
      <ChooseButton class="button primary big" onFiles={queue.add}>
        {text.emptyButton}
      </ChooseButton>
      <p class="hint">{byTouch ? text.chooseHint : text.dropHint}</p>
      <ul class="empty-facts">
        {text.emptyFacts.map(fact => (
          <li key={fact}>
            <Icon name="check" />
            {fact}
          </li>
        ))}
      </ul>
    </section>
  )
}

export function NothingFound() {
  const { library } = usePortal()
  const { search } = library.query.value
  return (
    <div class="empty">
      <div class="empty-sign">
        <Icon name="search" />
      </div>
      <h2>{text.nothingTitle}</h2>
      <p class="lead">{search ? text.nothingFor(search) : text.nothingSo}</p>
      <button type="button" class="button" onClick={clearSearch}>
        {text.showAll}
      </button>
    </div>
  )
}

/** `alone`: there is nothing of the library above it. */
export function LoadFailure({ alone = false }: { alone?: boolean }) {
  const Heading = alone ? 'h1' : 'h2'
  const { library } = usePortal()
  return (
    <section class="failure panel" role="alert">
      <Icon name="warning" />
      <div>
        <Heading>{text.failedTitle}</Heading>
        <p>{library.problem.value?.message}</p>
      </div>
      <button type="button" class="button" onClick={() => void library.again()}>
        {text.retry}
      </button>
    </section>
  )
}

export function Skeleton() {
  return (
    <div
      class={`${layout.value === 'grid' ? 'grid' : 'rows'} skeleton`}
      role="status"
      aria-label={text.loading}
    >
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} class="card">
          <div class="card-picture" />
          <div class="card-facts" />
        </div>
      ))}
    </div>
  )
}
