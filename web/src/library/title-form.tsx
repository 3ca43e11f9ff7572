// A title that can be changed in place: Enter saves, Escape leaves it, and what goes wrong is said beside it.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { titleMaxLength } from '#domain/video.ts'
import { toProblem } from '../api/problem.ts'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'

const text = strings.video

export interface TitleFormProps {
  videoId: string
  title: string
  onClose(): void
}

export function TitleForm({ videoId, title, onClose }: TitleFormProps) {
  const { library } = usePortal()
  const input = useRef<HTMLInputElement>(null)
  const saving = useSignal(false)
  const wrong = useSignal('')
  useEffect(() => input.current?.select(), [])

  async function save() {
    const next = input.current?.value.trim() ?? ''
    if (next === '' || next === title) return onClose()
    saving.value = true
    try {
      await library.rename(videoId, next)
      onClose()
    } catch (thrown) {
      wrong.value = toProblem(thrown).message
      saving.value = false
    }
  }

  return (
    <form
      class="title-form"
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
      onKeyDown={event => {
        event.stopPropagation()
        if (event.key === 'Escape') onClose()
      }}
    >
      <input
        ref={input}
        class="field"
        dir="auto"
        aria-label={text.renameLabel}
        defaultValue={title}
        maxLength={titleMaxLength}
        readOnly={saving.value}
        enterkeyhint="done"
      />
      <div class="title-form-choices">
        <button type="submit" class="button small primary" disabled={saving.value}>
          {text.save}
        </button>
        <button type="button" class="button small quiet" onClick={onClose}>
          {text.cancel}
        </button>
      </div>
      {wrong.value && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
    </form>
  )
}
