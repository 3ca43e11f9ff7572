// A person's keys for machines: made, shown once, revoked.
import { useSignal } from '@preact/signals'
import type { Scope } from '#domain/access.ts'
import { type KeyView, nameMaxLength } from '#domain/account.ts'
import { toProblem } from '../api/problem.ts'
import { announce, notify } from '../look/announce.tsx'
import { formatDate } from '../look/format.ts'
import { usePortal } from '../portal-context.ts'
import { AskingButton } from './asking-button.tsx'
import { Field, SelectField, SubmitButton, Wrong } from './fields.tsx'
import { useLoaded } from './loaded.ts'
import { Part } from './part.tsx'
import { Secret } from './secret.tsx'
import { fieldOf, useSubmit } from './submit.ts'
import { words } from './words.ts'

const text = words.account
/** Days, the usual first; 0: it does not end. */
const expiries = [30, 90, 365, 0] as const
const offered: readonly Scope[] = ['read', 'upload', 'admin']

const dateOf = (iso: string | null) => (iso === null ? null : formatDate(iso))

export function Keys() {
  const { api } = usePortal()
  const made = useSignal<string | null>(null)
  const { value, wrong, again } = useLoaded(
    async () => (await api.json<{ keys: KeyView[] }>('GET', '/api/keys')).keys,
  )

  async function revoke({ keyId, name }: KeyView) {
    await api.call('DELETE', `/api/keys/${keyId}`).then(
      () => {
        announce(text.revoked(name))
        if (made.value?.includes(keyId)) made.value = null
      },
      thrown => notify(toProblem(thrown).message),
    )
    await again()
  }

  return (
    <Part title={text.keys} hint={text.keysText} wrong={wrong} onRetry={again}>
      {value.value?.length === 0 && <p>{text.noKeys}</p>}
      <ul class="account-list">
        {value.value?.map(key => (
          <li key={key.keyId}>
            <div class="account-what">
              {key.name}
              {key.scopes.map(scope => (
                <span key={scope} class="chip scope">
                  {scope}
                </span>
              ))}
              <p>
                {text.keyUsed(dateOf(key.lastUsedAt))} · {text.keyEnds(dateOf(key.expiresAt))}
              </p>
            </div>
            <AskingButton
              label={text.revoke}
              of={text.revokeOf(key.name)}
              title={text.revokeTitle(key.name)}
              text={text.revokeText}
              onConfirm={() => revoke(key)}
            />
          </li>
        ))}
      </ul>
      <NewKey
        onMade={async key => {
          made.value = key
          await again()
        }}
      />
      {made.value && <Secret label={text.newKey} hint={text.newKeyText} value={made.value} />}
    </Part>
  )
}

function NewKey({ onMade }: { onMade(key: string): Promise<void> }) {
  const { api } = usePortal()
  const { busy, wrong, submit } = useSubmit(async form => {
    const scopes = offered.filter(scope => fieldOf(form, scope) === 'on')
    if (scopes.length === 0) {
      wrong.value = text.noScopes
      return
    }
    const expiresInDays = Number(fieldOf(form, 'expiry'))
    const { key } = await api.json<KeyView & { key: string }>('POST', '/api/keys', {
      name: fieldOf(form, 'name').trim(),
      scopes,
      ...(expiresInDays > 0 ? { expiresInDays } : {}),
    })
    form.reset()
    await onMade(key)
  })
  return (
    <form class="account-form" onSubmit={submit}>
      <Field
        label={text.keyName}
        name="name"
        maxLength={nameMaxLength}
        autocomplete="off"
        required
      />
      <fieldset class="choices">
        <legend>{text.keyScopes}</legend>
        {offered.map(scope => (
          <label key={scope}>
            <input type="checkbox" name={scope} defaultChecked={scope === 'read'} />
            {text.scopes[scope]}
          </label>
        ))}
      </fieldset>
      <SelectField
        label={text.keyExpiry}
        name="expiry"
        options={expiries}
        say={days => text.expiries[days]}
      />
      <Wrong wrong={wrong} />
      <SubmitButton busy={busy}>{text.createKey}</SubmitButton>
    </form>
  )
}
