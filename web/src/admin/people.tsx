// The people of this installation: their roles, their limits, whether they may sign in, their end.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { roles } from '#domain/access.ts'
import type { AccountView, Quota, UserView } from '#domain/account.ts'
import { passwordLink } from '#domain/join-link.ts'
import { AskingButton } from '../account/asking-button.tsx'
import { Avatar } from '../account/avatar.tsx'
import { SubmitButton, Wrong } from '../account/fields.tsx'
import { Part } from '../account/part.tsx'
import { Secret } from '../account/secret.tsx'
import { fieldOf, useSubmit } from '../account/submit.ts'
import { words } from '../account/words.ts'
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import { formatBytes } from '../look/format.ts'
import { usePortal } from '../portal-context.ts'
import { More } from './more.tsx'
import type { Pages } from './pages.ts'
import { readQuota, writeGigabytes } from './quota.ts'
import { totalOf } from './totals.ts'

const text = words.admin

type Change = Partial<Pick<AccountView, 'role' | 'disabled'>> & {
  quota?: Quota | null
  secondFactor?: false
}

export function People({ people }: { people: Pages<UserView> }) {
  const { value, wrong, again, hasMore } = people
  const shown = value.value
  return (
    <Part title={text.people} wrong={wrong} onRetry={again}>
      {shown && <p>{text.totals(shown.length, usedWords(totalOf(shown)), !hasMore.value)}</p>}
      <ul class="account-list">
        {shown?.map(person => (
          <Person key={person.userId} person={person} onChanged={again} />
        ))}
      </ul>
      <More of={people} />
    </Part>
  )
}

function Person({ person, onChanged }: { person: UserView; onChanged(): Promise<void> }) {
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
      <div class="person-steps">
        {isMe ? (
          <p>{text.roles[role]}</p>
        ) : (
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
      {link.value && (
        <Secret label={text.passwordLinkOf(name)} hint={text.passwordLinkText} value={link.value} />
      )}
    </li>
  )
}

function usedWords({ videos, sizeBytes, durationSeconds, complete }: UserView['usage']): string {
  const has = text.has(videos, formatBytes(sizeBytes), Math.round(durationSeconds / 60))
  return complete ? has : text.atLeast(has)
}

interface QuotaFormProps {
  person: UserView
  onSend(quota: Quota): Promise<unknown>
  onDefault(): Promise<unknown>
}

function QuotaForm({ person, onSend, onDefault }: QuotaFormProps) {
  const { name, quota, quotaSet } = person
  const form = useRef<HTMLFormElement>(null)
  // What holds has changed: fields somebody has written into would go on to say what they wrote.
  useEffect(() => form.current?.reset(), [quota.bytes, quota.minutes, quotaSet])
  const { busy, wrong, submit } = useSubmit(async form => {
    await onSend(readQuota(fieldOf(form, 'gigabytes'), fieldOf(form, 'minutes')))
    notify(words.saved)
  })
  const field = (of: 'gigabytes' | 'minutes', value: string) => (
    <label>
      {text[of]}
      <input
        class="field"
        name={of}
        type="number"
        min={0}
        max={1_000_000}
        step={of === 'minutes' ? 1 : 'any'}
        placeholder={text.noLimit}
        defaultValue={value}
      />
    </label>
  )
  return (
    <form
      ref={form}
      class="person-steps"
      aria-label={text.quotaOf(name)}
      title={text.noLimitHint}
      onSubmit={submit}
    >
      {field('gigabytes', writeGigabytes(quota.bytes))}
      {field('minutes', quota.minutes?.toString() ?? '')}
      <SubmitButton busy={busy} kind="small">
        {words.save}
      </SubmitButton>
      {quotaSet ? (
        <button
          type="button"
          class="button small"
          aria-label={text.quotaDefaultOf(name)}
          onClick={() => void onDefault()}
        >
          {text.quotaDefault}
        </button>
      ) : (
        <span class="chip">{text.quotaIsDefault}</span>
      )}
      <Wrong wrong={wrong} />
    </form>
  )
}
