// The first page of a guest, who has no library: how they come to what is shown to them.
import { useEffect } from 'preact/hooks'
import { strings } from '../strings.ts'
import { words } from './words.ts'

export function GuestPage() {
  useEffect(() => {
    document.title = strings.name
  }, [])
  return (
    <main id="content" class="page empty">
      <h1>{words.guest.title}</h1>
      <p class="lead">{words.guest.text}</p>
    </main>
  )
}
