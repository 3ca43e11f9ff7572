// Setting a forgotten password anew, by the code in the fragment of a link that an admin handed on.
import { useEffect } from 'preact/hooks'
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import { usePortal } from '../portal-context.ts'
import { paths } from '../route.ts'
import { replace } from '../router.ts'
import { strings } from '../strings.ts'
import { NewPasswordField, SubmitButton, Wrong } from './fields.tsx'
import { fieldOf, useSubmit } from './submit.ts'
import { words } from './words.ts'

const text = words.newPassword

export function NewPassword({ code }: { code: string }) {
  const { api } = usePortal()
  useEffect(() => {
    document.title = `${text.title} – ${strings.name}`
  }, [])

  const { busy, wrong, submit } = useSubmit(async form => {
    try {
      const json = { code, password: fieldOf(form, 'password') }
      await api.call('POST', '/api/account/new-password', json)
    } catch (thrown) {
      const problem = toProblem(thrown)
      if (problem.code !== 'account-refused') throw problem
      wrong.value = text.refused
      return
    }
    notify(text.done)
    replace(paths.signIn())
  })

  return (
    <main id="content" class="page door">
      <form class="panel door-form" onSubmit={submit}>
        <h1>{text.title}</h1>
        <p class="door-lead">{text.lead}</p>
        <NewPasswordField name="password" />
        <Wrong wrong={wrong} />
        <SubmitButton busy={busy}>{words.save}</SubmitButton>
      </form>
    </main>
  )
}
