// In the place of a video that is not there, as far as whoever asks may know: a private one looks to everybody else as if there were
// none.
import { words } from '../account/words.ts'
import { usePortal } from '../portal-context.ts'
import { paths } from '../route.ts'
import { strings } from '../strings.ts'

const text = strings.watch

export function MissingVideo() {
  const { session } = usePortal()
  if (session.isStranger.value) {
    return (
      <main id="content" class="page empty">
        <h1>{words.hidden.title}</h1>
        <p class="lead">{words.hidden.text}</p>
        <a class="button primary" href={paths.signIn(location.pathname + location.search)}>
          {strings.session.signIn}
        </a>
      </main>
    )
  }
  const accounts = session.who.value?.accounts
  return (
    <main id="content" class="page empty">
      <h1>{accounts ? words.hidden.title : text.missingTitle}</h1>
      <p class="lead">{text.missingText}</p>
      <a class="button primary" href={paths.library}>
        {strings.notFound.home}
      </a>
    </main>
  )
}
