// What admins see and do: people, invitations, what was done.
import { useEffect, useMemo } from 'preact/hooks'
import type { AuditPage, InvitationView, OperationsView, UserPage } from '#domain/account.ts'
import '../account/account.css'
import { type Loaded, useLoaded } from '../account/loaded.ts'
import { SignInPage } from '../account/sign-in-page.tsx'
import { words } from '../account/words.ts'
import type { Api } from '../api/client.ts'
import { usePortal } from '../portal-context.ts'
import { paths } from '../route.ts'
import { strings } from '../strings.ts'
import { Audit } from './audit.tsx'
import { Failures } from './failures.tsx'
import { FindVideo } from './find-video.tsx'
import { Invitations } from './invitations.tsx'
import { createPages } from './pages.ts'
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
  const { people, entries } = useMemo(() => createLists(api), [])
  useEffect(() => void Promise.all([people.again(), entries.again()]), [])
  const invitations = useLoaded(
    async () =>
      (await api.json<{ invitations: InvitationView[] }>('GET', '/api/invitations')).invitations,
  )
  const running = useLoaded(() => api.json<OperationsView>('GET', '/api/operations'))
  /** What is done here is written down: the list of it is read again, too. */
  const noted = <Of extends Loaded<unknown>>(loaded: Of): Of => ({
    ...loaded,
    again: async () => void (await Promise.all([loaded.again(), entries.again()])),
  })
  // All at once: nothing moves when the next one comes.
  const isThere = [people, invitations, running, entries].every(
    ({ value, wrong }) => value.value !== null || wrong.value !== '',
  )
  return (
    <main id="content" class="page account">
      <h1>{text.title}</h1>
      {isThere && (
        <>
          <People people={noted(people)} />
          <Invitations loaded={noted(invitations)} />
          <Running loaded={running} />
          <Failures loaded={noted(running)} />
          <FindVideo onChanged={noted(running).again} />
          <Audit entries={entries} />
        </>
      )}
    </main>
  )
}

/** Both may be long. */
function createLists(api: Pick<Api, 'json'>) {
  const at = (path: string, cursor: string | null) => (cursor ? `${path}?cursor=${cursor}` : path)
  return {
    people: createPages(
      async from => {
        const { users, cursor } = await api.json<UserPage>('GET', at('/api/users', from))
        return { items: users, cursor }
      },
      ({ userId }) => userId,
    ),
    entries: createPages(
      async from => {
        const { entries, cursor } = await api.json<AuditPage>('GET', at('/api/audit', from))
        return { items: entries, cursor }
      },
      ({ entryId }) => entryId,
    ),
  }
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
