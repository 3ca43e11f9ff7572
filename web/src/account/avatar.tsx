// A person's picture, or their initials where they have none.
import { initialsOf } from './initials.ts'

export function Avatar({ name, pictureUrl }: { name: string; pictureUrl: string | null }) {
  return (
    <span class="avatar" aria-hidden="true">
      {pictureUrl ? <img src={pictureUrl} alt="" width="32" height="32" /> : initialsOf(name)}
    </span>
  )
}
