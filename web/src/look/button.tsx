// A button that is only an icon, with its words for those who cannot see it.
import { Icon, type IconName } from './icons.tsx'

export interface IconButtonProps {
  icon: IconName
  label: string
  onClick(): void
  /** Extra class names. */
  kind?: string
}

export function IconButton({ icon, label, onClick, kind = '' }: IconButtonProps) {
  return (
    <button
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
