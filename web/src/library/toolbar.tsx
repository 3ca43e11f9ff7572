// What the library shows and how: the search, the states, the order, grid or list. All but the last stands in the address.
import { useEffect, useRef } from 'preact/hooks'
import { listSorts, listState, listStates } from '#domain/listing.ts'
import { titleMaxLength } from '#domain/video.ts'
import { Icon } from '../look/icons.tsx'
import { keepsKeys } from '../look/typing.ts'
import { usePortal } from '../portal-context.ts'
import { paths } from '../route.ts'
import { navigate, replace } from '../router.ts'
import { strings } from '../strings.ts'
import { layout, layouts } from './layout.ts'
import { everything, type LibraryQuery, withState, writeQuery } from './query.ts'

const text = strings.library
/** Nobody reads what is found for half a word. */
const settleMs = 200

export const show = (query: LibraryQuery) => navigate(paths.library + writeQuery(query))

export function Toolbar() {
  return (
    <search class="tools">
      <SearchBox />
      <States />
      <SortChoice />
      <LayoutChoice />
    </search>
  )
}

function SearchBox() {
  const { library } = usePortal()
  const input = useRef<HTMLInputElement>(null)
  const pending = useRef<ReturnType<typeof setTimeout>>(undefined)
  const query = library.query.value

  // Back and forward change it, too; never what is being typed.
  useEffect(() => {
    if (
      input.current &&
      pending.current === undefined &&
      input.current.value.trim() !== query.search
    )
      input.current.value = query.search
  }, [query.search])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey
      if (event.key !== '/' || !plain || keepsKeys(event.target)) return
      event.preventDefault()
      input.current?.select()
      input.current?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => {
      clearTimeout(pending.current)
      document.removeEventListener('keydown', onKey)
    }
  }, [])

  function search() {
    clearTimeout(pending.current)
    pending.current = undefined
    const before = library.query.peek()
    const next = { ...before, search: input.current?.value.trim() ?? '' }
    // One step back leaves the search, not its last letter.
    if (before.search === '' || next.search === '') show(next)
    else replace(paths.library + writeQuery(next))
  }

  return (
    <form
      class="search-box"
      onSubmit={event => {
        event.preventDefault()
        search()
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        class="field"
        type="search"
        aria-label={text.search}
        aria-keyshortcuts="/"
        title={text.searchKey}
        placeholder={text.search}
        defaultValue={query.search}
        maxLength={titleMaxLength}
        autocomplete="off"
        enterkeyhint="search"
        onInput={() => {
          clearTimeout(pending.current)
          pending.current = setTimeout(search, settleMs)
        }}
      />
    </form>
  )
}

/** Only where there is something to tell apart: by the sums, and until they are here by what the list shows, so that nothing moves. */
function States() {
  const { library, listed, videos } = usePortal()
  const query = library.query.value
  const counts = library.usage.value?.states
  const shown = new Set(
    counts ? [] : listed.value.map(id => listState(videos.peek(id)?.state ?? 'deleting')),
  )
  const offered = listStates.filter(
    state => (counts?.[state] ?? 0) > 0 || shown.has(state) || query.states.includes(state),
  )
  if (offered.length < 2 && query.states.length === 0) return null
  return (
    <fieldset class="states">
      <legend class="unseen">{text.filter}</legend>
      <button
        type="button"
        class="choice"
        aria-pressed={query.states.length === 0}
        onClick={() => show({ ...query, states: [] })}
      >
        {text.all}
      </button>
      {offered.map(state => (
        <button
          key={state}
          type="button"
          class="choice"
          aria-pressed={query.states.includes(state)}
          onClick={() => show(withState(query, state))}
        >
          {text.states[state]}
          {counts && <span class="choice-count">{counts[state]}</span>}
        </button>
      ))}
    </fieldset>
  )
}

function SortChoice() {
  const { library } = usePortal()
  const query = library.query.value
  return (
    <label class="sort">
      <span class="unseen">{text.sort}</span>
      <select
        class="field"
        title={text.sort}
        value={query.sort}
        onChange={({ currentTarget }) => {
          const sort = listSorts.find(name => name === currentTarget.value)
          if (sort) show({ ...query, sort })
        }}
      >
        {listSorts.map(sort => (
          <option key={sort} value={sort}>
            {text.sorts[sort]}
          </option>
        ))}
      </select>
    </label>
  )
}

function LayoutChoice() {
  return (
    <fieldset class="layouts">
      <legend class="unseen">{text.layout}</legend>
      {layouts.map(name => (
        <button
          key={name}
          type="button"
          class="icon-button"
          aria-label={text.layouts[name]}
          title={text.layouts[name]}
          aria-pressed={layout.value === name}
          onClick={() => {
            layout.value = name
          }}
        >
          <Icon name={name === 'grid' ? 'grid' : 'rows'} />
        </button>
      ))}
    </fieldset>
  )
}

export const clearSearch = () => show(everything)
