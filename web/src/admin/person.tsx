// One of the people: who they are, and behind a step what an admin may change of them.
import { useSignal } from '@preact/signals'
import { roles } from '#domain/access.ts'
import type { AccountView, Quota, UserView } from '#domain/account.ts'
import { passwordLink } from '#domain/join-link.ts'
import { AskingButton } from '../account/asking-button.tsx'
import { Avatar } from '../account/avatar.tsx'
import { Secret } from '../account/secret.tsx'
import { words } from '../account/words.ts'
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import { usePortal } from '../portal-context.ts'
import { QuotaForm } from './quota-form.tsx'
import { usedWords } from './used-words.ts'

const text = words.admin

type Change = Partial<Pick<AccountView, 'role' | 'disabled'>> & {
  quota?: Quota | null
  secondFactor?: false
}

export function Person({ person, onChanged }: { person: UserView; onChanged(): Promise<void> }) {
  const { api, session } = usePortal()
  const link = useSignal<string | null>(null)
  const { name, email, role, disabled } = person
  const isMe = session.who.value?.account?.userId === person.userId
  const path = `/api/users/${person.userId}`

  /** What the server refuses is shown as it was. */
  async function act(action: () => Promise<unknown>) {
    await action().catch(thrown => notify(toProblem(thrown).message))
    await onChanged()
  }
  const makeLink = () =>
    act(async () => {
      const { code } = await api.json<{ code: string }>('POST', `${path}/password-link`)
      link.value = passwordLink(location.origin, code)
    })
  const change = (to: Change) => act(() => api.json('PATCH', path, to))

  return (
    <li class="person">
      <Avatar {...person} />
      <div class="account-what">
        {name} {isMe && <span class="chip">{text.you}</span>}
        {disabled && <span class="chip failed">{text.disabled}</span>}
        <p>{email}</p>
        <p>{usedWords(person.usage)}</p>
      </div>
      <span class="chip">{text.roles[role]}</span>
      {person.secondFactor && <span class="chip">{words.secondFactor.title}</span>}
      <details class="person-more">
        <summary class="button small" aria-label={text.changeOf(name)}>
          {text.change}
        </summary>
        <div class="person-steps">
          {!isMe && (
            <select
              class="field"
              aria-label={text.roleOf(name)}
              value={role}
              onChange={({ currentTarget }) => {
                const next = roles.find(known => known === currentTarget.value)
                if (next) void change({ role: next })
              }}
            >
              {roles.map(known => (
                <option key={known} value={known}>
                  {text.roles[known]}
                </option>
              ))}
            </select>
          )}
          <QuotaForm
            person={person}
            onSend={quota => api.json('PATCH', path, { quota }).then(onChanged)}
            onDefault={() => change({ quota: null })}
          />
          {!isMe && (
            <>
              <label>
                <input
                  type="checkbox"
                  aria-label={text.disabledOf(name)}
                  checked={disabled}
                  onChange={({ currentTarget }) => void change({ disabled: currentTarget.checked })}
                />
                {text.disabled}
              </label>
              {person.secondFactor && (
                <button
                  type="button"
                  class="button small"
                  aria-label={text.secondFactorOffOf(name)}
                  onClick={() => void change({ secondFactor: false })}
                >
                  {text.secondFactorOff}
                </button>
              )}
              <button
                type="button"
                class="button small"
                aria-label={text.passwordLinkOf(name)}
                onClick={() => void makeLink()}
              >
                {text.passwordLink}
              </button>
              <AskingButton
                label={text.remove}
                of={text.removeOf(name)}
                title={text.removeTitle(name)}
                text={text.removeText}
                onConfirm={() =>
                  act(async () => {
                    await api.call('DELETE', path)
                    notify(text.removed(name))
                  })
                }
              />
            </>
          )}
        </div>
      </details>
      {link.value && (
        <Secret label={text.passwordLinkOf(name)} hint={text.passwordLinkText} value={link.value} />
      )}
    </li>
  )
}
