// A button for what cannot be undone: it asks before.
import { type Signal, useSignal } from '@preact/signals'
import { Confirm } from '../look/confirm.tsx'
import { words } from './words.ts'

export interface AskingButtonProps {
  label: string
  /** The label with what it is about, for those who hear it apart from its row. */
  of: string
  title: string
  text: string
  disabled?: Signal<boolean>
  onConfirm(): Promise<unknown>
}

export function AskingButton({ label, of, title, text, disabled, onConfirm }: AskingButtonProps) {
  const asking = useSignal(false)
  return (
    <>
      <button
        type="button"
        class="button small danger-text"
        aria-label={of}
        disabled={disabled?.value ?? false}
        onClick={() => {
          asking.value = true
        }}
      >
        {label}
      </button>
      {asking.value && (
        <Confirm
          title={title}
          text={text}
          confirm={label}
          keep={words.cancel}
          onConfirm={() => void onConfirm()}
          onClose={() => {
            asking.value = false
          }}
        />
      )}
    </>
  )
}
