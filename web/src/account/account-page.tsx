// One's own account: how others see one, what is used of it, where one is signed in, keys for machines, its end.
import { useEffect } from 'preact/hooks'
import type { AccountView, SessionView } from '#domain/account.ts'
import { formatBytes } from '../look/format.ts'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'
import './account.css'
import { Keys } from './keys.tsx'
import { useLoaded } from './loaded.ts'
import { Part } from './part.tsx'
import { ChangePassword, DeleteAccount } from './password.tsx'
import { Profile } from './profile.tsx'
import { SecondFactor } from './second-factor.tsx'
import { Sessions } from './sessions.tsx'
import { SignInPage } from './sign-in-page.tsx'
import { words } from './words.ts'

const text = words.account

export function AccountPage() {
  const { session } = usePortal()
  const account = session.who.value?.account
  return account ? <Account account={account} /> : <SignInPage />
}

function Account({ account }: { account: AccountView }) {
  const { api } = usePortal()
  useEffect(() => {
    document.title = `${text.title} – ${strings.name}`
  }, [])
  const sessions = useLoaded(
    async () => (await api.json<{ sessions: SessionView[] }>('GET', '/api/sessions')).sessions,
  )
  return (
    <main id="content" class="page account">
      <h1>{text.title}</h1>
      <Profile account={account} />
      {account.role !== 'guest' && <Usage account={account} />}
      <ChangePassword onChanged={() => void sessions.again()} />
      <SecondFactor account={account} />
      <Sessions loaded={sessions} />
      {account.role !== 'guest' && <Keys />}
      <DeleteAccount />
    </main>
  )
}

/** Its place is there before the sums are. */
function Usage({ account }: { account: AccountView }) {
  const { library } = usePortal()
  useEffect(() => void library.count(), [])
  const { bytes, minutes } = account.quota
  const used = library.usage.value
  const usedMinutes = Math.ceil((used?.durationSeconds ?? 0) / 60)
  return (
    <Part title={text.usage}>
      <p>
        {used
          ? text.usedBytes(formatBytes(used.sizeBytes), bytes === null ? null : formatBytes(bytes))
          : '…'}
        <br />
        {used ? text.usedMinutes(String(usedMinutes), minutes?.toString() ?? null) : '…'}
      </p>
    </Part>
  )
}
