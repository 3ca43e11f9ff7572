// The limits of one person.
import { useEffect, useRef } from 'preact/hooks'
import type { Quota, UserView } from '#domain/account.ts'
import { SubmitButton, Wrong } from '../account/fields.tsx'
import { fieldOf, useSubmit } from '../account/submit.ts'
import { words } from '../account/words.ts'
import { notify } from '../look/announce.tsx'
import { readQuota, writeGigabytes } from './quota.ts'

const text = words.admin

interface QuotaFormProps {
  person: UserView
  onSend(quota: Quota): Promise<unknown>
  onDefault(): Promise<unknown>
}

export function QuotaForm({ person, onSend, onDefault }: QuotaFormProps) {
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
