// A text that is shown once and taken along: a key, a link of an invitation.
import { useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { announce } from '../look/announce.tsx'
import { copyText } from '../look/copy.ts'
import { words } from './words.ts'

interface SecretProps {
  label: string
  hint: string
  value: string
  rows?: number
}

export function Secret({ label, hint, value, rows = 2 }: SecretProps) {
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const done = useSignal('')
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [value])

  async function take() {
    const copied = await copyText(value)
    if (!copied) field.current?.select()
    done.value = copied ? words.copied : words.notCopied
    announce(done.value)
  }

  return (
    <div class="secret">
      <label for={id}>{label}</label>
      <textarea
        ref={field}
        id={id}
        class="field"
        readOnly
        rows={rows}
        value={value}
        aria-describedby={`${id}-hint`}
      />
      <p id={`${id}-hint`} class="form-hint">
        {hint}
      </p>
      <div class="person-steps">
        <button type="button" class="button small primary" onClick={() => void take()}>
          {words.copy}
        </button>
        <p aria-hidden="true">{done}</p>
      </div>
    </div>
  )
}
