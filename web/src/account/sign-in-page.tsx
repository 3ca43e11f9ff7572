// Signing in: address and password, and back to where one wanted to go.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { AccountView } from '#domain/account.ts'
import { toProblem } from '../api/problem.ts'
import { usePortal } from '../portal-context.ts'
import { replace } from '../router.ts'
import { chooseLanguage, keepLanguage } from '../strings/choose.ts'
import { strings } from '../strings.ts'
import './account.css'
import { CodeField, EmailField, PasswordField, SubmitButton, Wrong } from './fields.tsx'
import { readReturn } from './return-path.ts'
import { fieldOf, useSubmit } from './submit.ts'
import { words } from './words.ts'

const text = words.signIn

export function SignInPage() {
  const { api, session } = usePortal()
  const standing = session.standing.value
  const to = readReturn(location.search, location.origin)
  const here = session.who.value?.accounts === false || isIn(session)

  useEffect(() => {
    document.title = `${text.title} – ${strings.name}`
  }, [])
  // Nobody has to.
  useEffect(() => {
    if (here && location.pathname === '/sign-in') replace(to)
  }, [here])

  const needsCode = useSignal(false)
  const { busy, wrong, submit } = useSubmit(async form => {
    const code = fieldOf(form, 'code')
    const given = { email: fieldOf(form, 'email'), password: fieldOf(form, 'password') }
    const account = await api
      .json<AccountView>('POST', '/api/session', { ...given, ...(code ? { code } : {}) })
      .catch(thrown => {
        if (toProblem(thrown).code !== 'second-factor-needed' || code) throw thrown
        needsCode.value = true
        return null
      })
    if (!account) return
    if (!(await session.take(account, to))) return
    const { language } = account
    if (language === null || language === chooseLanguage()) return
    keepLanguage(language)
    location.assign(to)
  })

  return (
    <main id="content" class="page door">
      <form class="panel door-form" onSubmit={submit}>
        <h1>{text.title}</h1>
        <EmailField />
        <PasswordField name="password" autocomplete="current-password" />
        {needsCode.value && <CodeNeeded />}
        <Wrong wrong={wrong} />
        <SubmitButton busy={busy}>{text.submit}</SubmitButton>
        {!standing?.fresh && <p class="form-hint">{text.forgotten}</p>}
        {standing?.fresh ? (
          <p class="form-hint">{text.fresh}</p>
        ) : standing?.registration === 'open' ? (
          <p class="form-hint">
            {text.none} <a href="/join">{text.join}</a>
          </p>
        ) : (
          <p class="form-hint">{text.invited}</p>
        )}
      </form>
    </main>
  )
}

/** One is already in it when it appears. */
function CodeNeeded() {
  const field = useRef<HTMLDivElement>(null)
  useEffect(() => field.current?.querySelector('input')?.focus(), [])
  return (
    <div ref={field}>
      <CodeField hint={words.secondFactor.codeHint} />
    </div>
  )
}

const isIn = ({ who, ended }: ReturnType<typeof usePortal>['session']): boolean =>
  who.value?.account != null && !ended.value
