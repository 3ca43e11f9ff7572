// A person's picture, or their initials where they have none.
import { initialsOf } from './initials.ts'

export function Avatar({ name, pictureUrl }: { name: string; pictureUrl: string | null }) {
  return (
    // Drawn by the style: letters that stand for a name are no words of it.
    <span
      class="avatar"
      aria-hidden="true"
      data-initials={pictureUrl ? undefined : initialsOf(name)}
    >
      {pictureUrl && <img src={pictureUrl} alt="" width="32" height="32" />}
    </span>
  )
}
