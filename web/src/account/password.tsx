// Changing one's password, and ending one's account.
import { useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { notify } from '../look/announce.tsx'
import { usePortal } from '../portal-context.ts'
import { NewPasswordField, PasswordField, SubmitButton, Wrong } from './fields.tsx'
import { Part } from './part.tsx'
import { fieldOf, useSubmit } from './submit.ts'
import { words } from './words.ts'

const text = words.account

export function ChangePassword({ onChanged }: { onChanged(): void }) {
  const { api, session } = usePortal()
  const { busy, wrong, submit } = useSubmit(async form => {
    const given = { current: fieldOf(form, 'current'), next: fieldOf(form, 'next') }
    await api.call('POST', '/api/account/password', given)
    form.reset()
    notify(text.passwordChanged)
    onChanged()
  })
  return (
    <Part title={text.changePassword}>
      <form class="account-form" onSubmit={submit}>
        {/* So that a password's keeper knows whose it is. */}
        <input
          class="unseen"
          type="text"
          name="username"
          autocomplete="username"
          value={session.who.value?.account?.email ?? ''}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <PasswordField
          label={text.currentPassword}
          name="current"
          autocomplete="current-password"
        />
        <NewPasswordField name="next" />
        <Wrong wrong={wrong} />
        <SubmitButton busy={busy}>{text.changePassword}</SubmitButton>
      </form>
    </Part>
  )
}

export function DeleteAccount() {
  const asking = useSignal(false)
  return (
    <Part title={text.delete} hint={text.deleteText}>
      <div>
        <button
          type="button"
          class="button danger-text"
          onClick={() => {
            asking.value = true
          }}
        >
          {text.delete}
        </button>
      </div>
      {asking.value && (
        <AskPassword
          onClose={() => {
            asking.value = false
          }}
        />
      )}
    </Part>
  )
}

function AskPassword({ onClose }: { onClose(): void }) {
  const { api, session } = usePortal()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const { busy, wrong, submit } = useSubmit(async form => {
    await api.call('POST', '/api/account/deletion', { password: fieldOf(form, 'password') })
    await session.signOut()
  })
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{text.deleteTitle}</h2>
      <p>{text.deleteText}</p>
      <form class="ask-password" onSubmit={submit}>
        <PasswordField name="password" autocomplete="current-password" />
        <Wrong wrong={wrong} />
        <div class="confirm-choices">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {words.cancel}
          </button>
          <SubmitButton busy={busy} kind="danger">
            {text.deleteConfirm}
          </SubmitButton>
        </div>
      </form>
    </dialog>
  )
}
