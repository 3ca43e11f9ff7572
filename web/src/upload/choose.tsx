// Choosing files: a button that opens the system's picker, and the whole page as a place to drop them on.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { notify } from '../look/announce.tsx'
import { Icon } from '../look/icons.tsx'
import { strings } from '../strings.ts'
import { takeDropped } from './file-handles.ts'

/** Browsers know few types; the rest is named by ending. What plays nowhere, the server says in words. */
const accepted =
  'video/*,audio/*,.mkv,.mts,.m2ts,.ts,.mxf,.avi,.flv,.wmv,.vob,.ogv,.mpg,.mpeg,.3gp,.mov,.mp4,.m4v,.webm,.mp3,.m4a,.wav,.flac,.ogg,.opus,.aac'

export interface ChooseProps {
  onFiles(files: File[]): void
  multiple?: boolean
  class?: string
  /** Where the words on the button may be hidden. */
  label?: string
  children: ComponentChildren
}

export function ChooseButton({
  onFiles,
  multiple = true,
  class: kind,
  label,
  children,
}: ChooseProps) {
  const input = useRef<HTMLInputElement>(null)
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
          onFiles([...(event.currentTarget.files ?? [])])
          // The same file may be chosen again, to go on with it.
          event.currentTarget.value = ''
        }}
      />
    </>
  )
}

export function DropArea({ onFiles }: { onFiles(files: File[]): void }) {
  const over = useSignal(false)
  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
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
      if (!carriesFiles(event)) return
      event.preventDefault()
      over.value = false
      const items = [...(event.dataTransfer?.items ?? [])]
      const folder = items.some(item => item.webkitGetAsEntry()?.isDirectory)
      if (folder) notify(strings.upload.foldersSkipped)
      void takeDropped(items.filter(isFile)).then(onFiles)
    }
    addEventListener('dragover', onOver)
    addEventListener('dragleave', onLeave)
    addEventListener('drop', onDrop)
    return () => {
      removeEventListener('dragover', onOver)
      removeEventListener('dragleave', onLeave)
      removeEventListener('drop', onDrop)
    }
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

function isFile(item: DataTransferItem): boolean {
  return item.kind === 'file' && !item.webkitGetAsEntry()?.isDirectory
}
