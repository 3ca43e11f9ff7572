// How others see a person, and the language the portal speaks to them.
import { useRef } from 'preact/hooks'
import { type AccountView, languages, nameMaxLength } from '#domain/account.ts'
import { announce, notify } from '../look/announce.tsx'
import { formatDate } from '../look/format.ts'
import { usePortal } from '../portal-context.ts'
import { chooseLanguage, keepLanguage } from '../strings/choose.ts'
import { Avatar } from './avatar.tsx'
import { Field, SelectField, SubmitButton, Wrong } from './fields.tsx'
import { Part } from './part.tsx'
import { shrinkPicture } from './picture.ts'
import { fieldOf, useSubmit } from './submit.ts'
import { words } from './words.ts'

const text = words.account

export function Profile({ account }: { account: AccountView }) {
  const { api, session } = usePortal()
  const { busy, wrong, submit } = useSubmit(async form => {
    const name = fieldOf(form, 'name').trim()
    const language = languages.find(known => known === fieldOf(form, 'language')) ?? 'en'
    const changed = await api.json<AccountView>('PATCH', '/api/account', { name, language })
    await session.take(changed, location.pathname, false)
    announce(words.saved)
    if (language === chooseLanguage()) return notify(words.saved)
    keepLanguage(language)
    location.reload()
  })
  return (
    <Part
      title={text.profile}
      hint={`${account.email} · ${text.memberSince(formatDate(account.createdAt))}`}
    >
      <Picture account={account} />
      <form class="account-form" onSubmit={submit}>
        <Field
          label={words.name}
          name="name"
          autocomplete="name"
          maxLength={nameMaxLength}
          required
          value={account.name}
        />
        <SelectField
          label={text.language}
          name="language"
          options={languages}
          say={language => text.languages[language]}
          chosen={chooseLanguage()}
        />
        <Wrong wrong={wrong} />
        <SubmitButton busy={busy}>{words.save}</SubmitButton>
      </form>
    </Part>
  )
}

function Picture({ account }: { account: AccountView }) {
  const { api, session } = usePortal()
  const input = useRef<HTMLInputElement>(null)
  const { wrong, submit, busy } = useSubmit(async () => {
    const [file] = input.current?.files ?? []
    if (!file) return
    const picture = await shrinkPicture(file)
    if (!picture) {
      wrong.value = text.pictureFailed
      return
    }
    const changed = await api.json<AccountView>('PUT', '/api/account/picture', picture)
    await session.take(changed, location.pathname, false)
    announce(words.saved)
  })
  const removing = useSubmit(async () => {
    const changed = await api.json<AccountView>('DELETE', '/api/account/picture')
    await session.take(changed, location.pathname, false)
    announce(words.saved)
  })
  return (
    <>
      <div class="account-picture">
        <Avatar {...account} />
        <form onSubmit={submit}>
          <button
            type="button"
            class="button small"
            aria-disabled={busy.value}
            onClick={() => input.current?.click()}
          >
            {text.choosePicture}
          </button>
          <input
            ref={input}
            class="unseen"
            type="file"
            accept="image/*"
            tabIndex={-1}
            aria-hidden="true"
            onChange={event => {
              event.currentTarget.form?.requestSubmit()
            }}
          />
        </form>
        {account.pictureUrl && (
          <form onSubmit={removing.submit}>
            <SubmitButton busy={removing.busy} kind="small quiet">
              {text.removePicture}
            </SubmitButton>
          </form>
        )}
      </div>
      <Wrong wrong={wrong} />
      <Wrong wrong={removing.wrong} />
    </>
  )
}
