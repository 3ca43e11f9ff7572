// Invitations: made, handed on as a link, taken back.
import { useSignal } from '@preact/signals'
import type { Role } from '#domain/access.ts'
import type { InvitationView } from '#domain/account.ts'
import { joinLink } from '#domain/join-link.ts'
import { EmailField, SelectField, SubmitButton, Wrong } from '../account/fields.tsx'
import type { Loaded } from '../account/loaded.ts'
import { Part } from '../account/part.tsx'
import { Secret } from '../account/secret.tsx'
import { fieldOf, useSubmit } from '../account/submit.ts'
import { words } from '../account/words.ts'
import { formatDate } from '../look/format.ts'
import { usePortal } from '../portal-context.ts'

const text = words.admin
/** The usual one first. */
const offered = ['user', 'guest', 'admin'] as const satisfies readonly Role[]

export function Invitations({ loaded }: { loaded: Loaded<InvitationView[]> }) {
  const { api } = usePortal()
  const link = useSignal<string | null>(null)
  const { value, wrong, again } = loaded
  const takingBack = useSubmit(async form => {
    await api.call('DELETE', `/api/invitations/${form.dataset['invitation']}`)
    link.value = null
    await again()
  })
  const { busy, submit, ...making } = useSubmit(async form => {
    const email = fieldOf(form, 'email').trim()
    const { code } = await api.json<InvitationView & { code: string }>('POST', '/api/invitations', {
      role: offered.find(role => role === fieldOf(form, 'role')) ?? 'user',
      ...(email ? { email } : {}),
    })
    form.reset()
    link.value = joinLink(location.origin, code)
    await again()
  })
  return (
    <Part title={text.invitations} wrong={wrong} onRetry={again}>
      {value.value?.length === 0 && <p>{text.noInvitations}</p>}
      <ul class="account-list">
        {value.value?.map(({ invitationId, role, email, expiresAt }) => (
          <li key={invitationId}>
            <div class="account-what">
              {text.invitationFor(email)} <span class="chip">{text.roles[role]}</span>
              <p>{text.invitationEnds(formatDate(expiresAt))}</p>
            </div>
            <form data-invitation={invitationId} onSubmit={takingBack.submit}>
              <button
                type="submit"
                class="button small"
                aria-label={text.takeBackOf(text.invitationFor(email))}
              >
                {text.takeBack}
              </button>
            </form>
          </li>
        ))}
      </ul>
      <Wrong wrong={takingBack.wrong} />
      <form class="account-form" aria-label={text.invite} onSubmit={submit}>
        <h3>{text.invite}</h3>
        <SelectField
          label={text.role}
          name="role"
          options={offered}
          say={role => `${text.roles[role]}: ${text.roleTexts[role]}`}
        />
        <EmailField label={text.inviteEmail} required={false} own={false} />
        <Wrong wrong={making.wrong} />
        <SubmitButton busy={busy}>{text.createInvitation}</SubmitButton>
      </form>
      {link.value && (
        <Secret label={text.invitationLink} hint={text.invitationText} value={link.value} />
      )}
    </Part>
  )
}
