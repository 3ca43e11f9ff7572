// What admins see and do: people, invitations, what was done.
import { useEffect, useMemo } from 'preact/hooks'
import type { OperationsView, UserPage } from '#domain/account.ts'
import '../account/account.css'
import { type Loaded, useLoaded } from '../account/loaded.ts'
import { SignInPage } from '../account/sign-in-page.tsx'
import { words } from '../account/words.ts'
import { usePortal } from '../portal-context.ts'
import { paths } from '../route.ts'
import { strings } from '../strings.ts'
import { Audit, type Entry } from './audit.tsx'
import { createEverybody } from './everybody.ts'
import { Failures } from './failures.tsx'
import { FindVideo } from './find-video.tsx'
import { Invitations, type InvitationView } from './invitations.tsx'
import { People } from './people.tsx'
import { Running } from './running.tsx'

const text = words.admin

export function AdminPage() {
  const { session } = usePortal()
  const account = session.who.value?.account
  if (!account) return <SignInPage />
  return account.role === 'admin' ? <Administration /> : <NotForYou />
}

function Administration() {
  const { api } = usePortal()
  useEffect(() => {
    document.title = `${text.title} – ${strings.name}`
  }, [])
  const people = useMemo(() => createEverybody(path => api.json<UserPage>('GET', path)), [])
  useEffect(() => void people.again(), [])
  const invitations = useLoaded(
    async () =>
      (await api.json<{ invitations: InvitationView[] }>('GET', '/api/invitations')).invitations,
  )
  const audit = useLoaded(
    async () => (await api.json<{ entries: Entry[] }>('GET', '/api/audit')).entries,
  )
  const running = useLoaded(() => api.json<OperationsView>('GET', '/api/operations'))
  /** What is done here is written down: the list of it is read again, too. */
  const noted = <Value,>(loaded: Loaded<Value>): Loaded<Value> => ({
    ...loaded,
    again: async () => void (await Promise.all([loaded.again(), audit.again()])),
  })
  // All at once: nothing moves when the next one comes.
  const isThere = [people, invitations, running, audit].every(
    ({ value, wrong }) => value.value !== null || wrong.value !== '',
  )
  return (
    <main id="content" class="page account">
      <h1>{text.title}</h1>
      {isThere && (
        <>
          <People everybody={{ ...people, ...noted(people) }} />
          <Invitations loaded={noted(invitations)} />
          <Running loaded={running} people={people.value.value ?? []} />
          <Failures loaded={noted(running)} people={people.value.value ?? []} />
          <FindVideo onChanged={noted(running).again} />
          <Audit loaded={audit} people={people.value.value ?? []} />
        </>
      )}
    </main>
  )
}

function NotForYou() {
  return (
    <main id="content" class="page empty">
      <h1>{text.forAdmins}</h1>
      <a class="button primary" href={paths.library}>
        {strings.notFound.home}
      </a>
    </main>
  )
}
