// Choosing files: a button that opens the system's picker, and the whole page as a place to drop and paste them. Folders are walked.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { notify } from '../look/announce.tsx'
import { Icon } from '../look/icons.tsx'
import { takesText } from '../look/typing.ts'
import { strings } from '../strings.ts'
import { noteHandle } from './file-handles.ts'
import { accepted, sayLeftOut, sortOut } from './media-names.ts'
import { type Found, walkItems } from './walk.ts'

export interface ChooseProps {
  onFiles(files: File[]): void
  multiple?: boolean
  /** Chooses a whole folder with everything in it. */
  folder?: boolean
  class?: string
  /** Where the words on the button may be hidden. */
  label?: string
  children: ComponentChildren
}

export function ChooseButton({
  onFiles,
  multiple = true,
  folder = false,
  class: kind,
  label,
  children,
}: ChooseProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (input.current) input.current.webkitdirectory = folder
  }, [folder])
  return (
    <>
      <button type="button" class={kind} aria-label={label} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        class="unseen"
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        accept={accepted}
        multiple={multiple}
        onChange={event => {
          const files = [...(event.currentTarget.files ?? [])]
          onFiles(folder ? keepMedia(files) : files)
          // The same file may be chosen again, to go on with it.
          event.currentTarget.value = ''
        }}
      />
    </>
  )
}

/** A person on a phone has no folders to choose. */
export const canChooseFolders =
  'webkitdirectory' in HTMLInputElement.prototype && matchMedia('(pointer: fine)').matches

function keepMedia(files: readonly File[], unreadable = 0): File[] {
  const { media, leftOut } = sortOut(files)
  const said = [
    media.length === 0 && strings.upload.nothingFound,
    sayLeftOut(leftOut),
    unreadable > 0 && strings.upload.unreadable(unreadable),
  ].filter(sentence => typeof sentence === 'string')
  if (said.length > 0) notify(said.join(' '))
  return media
}

/** A file someone pointed at is taken as it is: its row says what is wrong with it. Of a folder only the media are. */
function takeFound({ files, folders, unreadable }: Found, pointedAt: boolean): File[] {
  for (const { file, handle } of files) if (handle) noteHandle(file, handle)
  const taken = (inFolder: boolean) =>
    files.filter(found => (found.inFolder || !pointedAt) === inFolder).map(({ file }) => file)
  const walked = taken(true)
  return [...taken(false), ...(walked.length + folders > 0 ? keepMedia(walked, unreadable) : [])]
}

export interface DropProps {
  onFiles(files: File[]): void
  /** An address was pasted. */
  onLink(url: string): void
}

export function DropArea({ onFiles, onLink }: DropProps) {
  const over = useSignal(false)
  // Before the page is painted: a drop nobody hears makes the browser leave the page for the file.
  useLayoutEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const take = (items: DataTransferItemList, pointedAt: boolean) =>
      void walkItems(items).then(found => onFiles(takeFound(found, pointedAt)))
    const onOver = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      over.value = true
    }
    const onLeave = (event: DragEvent) => {
      // Leaving one element for another inside the page has a related target; leaving the window has none.
      if (!event.relatedTarget) over.value = false
    }
    const onDrop = (event: DragEvent) => {
      if (!carriesFiles(event) || !event.dataTransfer) return
      event.preventDefault()
      over.value = false
      take(event.dataTransfer.items, true)
    }
    const onPaste = (event: ClipboardEvent) => {
      const items = event.clipboardData?.items
      if (!items || takesText(event.target)) return
      if (![...items].some(item => item.kind === 'file')) {
        const pasted = event.clipboardData?.getData('text').trim() ?? ''
        return void (/^https?:\/\/\S+$/i.test(pasted) && onLink(pasted))
      }
      event.preventDefault()
      // A copied picture comes along with many a text: it is named among what was left out, and gets no row.
      take(items, false)
    }
    const hearing = new AbortController()
    const { signal } = hearing
    addEventListener('dragover', onOver, { signal })
    addEventListener('dragleave', onLeave, { signal })
    addEventListener('drop', onDrop, { signal })
    addEventListener('paste', onPaste, { signal })
    return () => hearing.abort()
  }, [onFiles])
  return (
    <div class={over.value ? 'drop-area over' : 'drop-area'} aria-hidden="true">
      <div class="drop-sign">
        <Icon name="upload" />
        {strings.library.dropHere}
      </div>
    </div>
  )
}
