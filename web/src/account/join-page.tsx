// Making an account: with the code in the fragment of the link that led here, or without one where anybody may. The links of those who
// have forgotten their password lead here, too.
import { useEffect, useMemo } from 'preact/hooks'
import { type AccountView, nameMaxLength } from '#domain/account.ts'
import { usePortal } from '../portal-context.ts'
import { paths } from '../route.ts'
import { replace } from '../router.ts'
import { strings } from '../strings.ts'
import './account.css'
import { isForPassword } from '#domain/join-link.ts'
import { EmailField, Field, NewPasswordField, SubmitButton, Wrong } from './fields.tsx'
import { NewPassword } from './new-password.tsx'
import { fieldOf, useSubmit } from './submit.ts'
import { words } from './words.ts'

const text = words.join

export function JoinPage() {
  const code = useMemo(() => decodeCode(location.hash), [])
  return isForPassword(location.search) ? <NewPassword code={code} /> : <Join code={code} />
}

function Join({ code }: { code: string }) {
  const { api, session } = usePortal()
  const standing = session.standing.value
  const account = session.who.value?.account

  useEffect(() => {
    document.title = `${text.title} – ${strings.name}`
  }, [])

  const { busy, wrong, submit } = useSubmit(async form => {
    const account = await api.json<AccountView>('POST', '/api/account', {
      email: fieldOf(form, 'email'),
      password: fieldOf(form, 'password'),
      name: fieldOf(form, 'name').trim(),
      ...(code ? { code } : {}),
    })
    if (await session.take(account, paths.library)) replace(paths.library)
  })

  if (standing && !code && standing.registration !== 'open') {
    return (
      <main id="content" class="page empty">
        <h1>{text.closedTitle}</h1>
        <p class="lead">{standing.fresh ? words.signIn.fresh : text.closed}</p>
        <a class="button primary" href={account ? paths.library : paths.signIn()}>
          {account ? strings.notFound.home : text.signIn}
        </a>
      </main>
    )
  }
  return (
    <main id="content" class="page door">
      <form class="panel door-form" onSubmit={submit}>
        <h1>{text.title}</h1>
        <p class="door-lead">{standing?.fresh ? text.first : code ? text.invited : text.open}</p>
        <Field
          label={words.name}
          name="name"
          autocomplete="name"
          maxLength={nameMaxLength}
          required
        />
        <EmailField />
        <NewPasswordField name="password" />
        <Wrong wrong={wrong} />
        <SubmitButton busy={busy}>{text.submit}</SubmitButton>
        {account ? (
          <p class="form-hint">{text.signedIn(account.name)}</p>
        ) : (
          !standing?.fresh && (
            <p class="form-hint">
              {text.have} <a href={paths.signIn()}>{text.signIn}</a>
            </p>
          )
        )}
      </form>
    </main>
  )
}

/** Never sent to a server by the browser itself: it stands behind the «#». */
function decodeCode(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1))
  } catch {
    return ''
  }
}
