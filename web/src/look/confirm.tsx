// Asks before something is lost: a modal dialog with one way on and one way back.
import { useEffect, useRef } from 'preact/hooks'

export interface ConfirmProps {
  title: string
  text: string
  confirm: string
  keep: string
  onConfirm(): void
  onClose(): void
}

export function Confirm({ title, text, confirm, keep, onConfirm, onClose }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={onClose}>
      <h2 id="confirm-title">{title}</h2>
      <p>{text}</p>
      <form method="dialog" class="confirm-choices">
        <button type="submit" class="button">
          {keep}
        </button>
        <button type="submit" class="button danger" onClick={onConfirm}>
          {confirm}
        </button>
      </form>
    </dialog>
  )
}
