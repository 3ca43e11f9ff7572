// A button that is only an icon, with its words for those who cannot see it.
import type { Ref } from 'preact'
import { Icon, type IconName } from './icons.tsx'

export interface IconButtonProps {
  icon: IconName
  label: string
  onClick(): void
  buttonRef?: Ref<HTMLButtonElement>
  /** Extra class names. */
  kind?: string
}

export function IconButton({ icon, label, onClick, buttonRef, kind = '' }: IconButtonProps) {
  return (
    <button
      {...(buttonRef ? { ref: buttonRef } : {})}
      type="button"
      class={`icon-button ${kind}`}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  )
}
