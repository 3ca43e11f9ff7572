// What can be done with the selected videos, at the foot of the screen while there are any.
import { useEffect } from 'preact/hooks'
import { announce } from '../look/announce.tsx'
import { IconButton } from '../look/button.tsx'
import { Icon } from '../look/icons.tsx'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'
import { useDelete } from './use-delete.ts'

const text = strings.library

export function SelectionBar() {
  const { selection } = usePortal()
  const remove = useDelete()
  const count = selection.count.value
  useEffect(() => {
    if (count === 0) return
    announce(text.selected(count), 'selection')
    // Notices stand above it.
    document.documentElement.style.setProperty('--above-bottom', '68px')
    return () => document.documentElement.style.removeProperty('--above-bottom')
  }, [count])
  if (count === 0) return null
  return (
    <div class="selection-bar" role="toolbar" aria-label={text.selected(count)}>
      <IconButton icon="close" label={text.clearSelection} onClick={selection.clear} />
      <p>{text.selected(count)}</p>
      <button
        type="button"
        class="button small quiet"
        aria-label={text.selectAll}
        onClick={selection.all}
      >
        {text.all}
      </button>
      <button
        type="button"
        class="button small danger"
        onClick={() => remove(selection.ids.peek())}
      >
        <Icon name="trash" />
        <span class="unseen-narrow">{text.deleteSelected(count)}</span>
      </button>
    </div>
  )
}
