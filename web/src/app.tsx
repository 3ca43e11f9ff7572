// The frame of every page: header, the page the address means, and what lies over all of them.

import { useEffect } from 'preact/hooks'
import { AccountMenu } from './account/account-menu.tsx'
import { LibraryPage } from './library/library-page.tsx'
import { Announcer } from './look/announce.tsx'
import { Boundary } from './look/boundary.tsx'
import { IconButton } from './look/button.tsx'
import { percentOf } from './look/format.ts'
import { Icon, IconSprite, Mark } from './look/icons.tsx'
import { online } from './offline/network.ts'
import { usePortal } from './portal-context.ts'
import { paths } from './route.ts'
import { route, search } from './router.ts'
import { strings } from './strings.ts'
import { ChooseButton, canChooseFolders, DropArea } from './upload/choose.tsx'
import { neverBegan } from './upload/job.ts'
import { useLate, withLate } from './use-late.ts'
import { WatchPage } from './watch/watch-page.tsx'

export function App() {
  const { queue, session } = usePortal()
  const portal = usePortal()
  const importLink = (url: string) => void withLate(late => late.importLink(portal, url))
  const mayUpload = session.mayUpload.value
  return (
    <>
      <IconSprite />
      <a class="skip" href="#content">
        {strings.skipToContent}
      </a>
      <header class="top">
        <a class="brand" href={paths.library}>
          <Mark />
          <span class="brand-name">{strings.name}</span>
        </a>
        <UploadsElsewhere />
        {session.isStranger.value && <SignInLink />}
        {mayUpload && (
          <ChooseButton class="button primary" label={strings.library.upload} onFiles={queue.add}>
            <Icon name="upload" />
            <span class="wide-only">{strings.library.upload}</span>
          </ChooseButton>
        )}
        {mayUpload && canChooseFolders && (
          <ChooseButton
            class="icon-button"
            label={strings.upload.chooseFolder}
            folder
            onFiles={queue.add}
          >
            <Icon name="folder" />
          </ChooseButton>
        )}
        {mayUpload && <FromLink />}
        <AccountMenu />
      </header>
      <OfflineLine />
      <Page />
      {mayUpload && <DropArea onFiles={queue.add} onLink={importLink} />}
      <Announcer />
    </>
  )
}

function Page() {
  const { page } = route.value
  return (
    <Boundary key={page} part={strings.broken.parts.page}>
      {page === 'library' ? (
        <Home />
      ) : page === 'watch' ? (
        <Watch />
      ) : page === 'not-found' ? (
        <NotFound />
      ) : (
        <LatePage page={page} />
      )}
    </Boundary>
  )
}

/** Pages whose code comes when they are wanted. */
const latePages = {
  'sign-in': 'SignInPage',
  join: 'JoinPage',
  account: 'AccountPage',
  admin: 'AdminPage',
  guest: 'GuestPage',
} as const

/** A stranger has no library, and who only watches has none either: the one is asked to sign in, the other sees how to go on. */
function Home() {
  const { session } = usePortal()
  if (session.who.value === null) return <main id="content" class="page" />
  if (session.mayUpload.value) return <LibraryPage />
  return session.isStranger.value ? <LatePage page="sign-in" /> : <LatePage page="guest" />
}

function LatePage({ page }: { page: keyof typeof latePages }) {
  const { Panel, open } = useLate(late => late[latePages[page]])
  useEffect(() => void open(), [])
  return Panel ? <Panel /> : <main id="content" class="page" />
}

function FromLink() {
  const { Panel, open, close } = useLate(late => late.LinkPanel)
  return (
    <>
      <IconButton icon="link" label={strings.library.fromLink} onClick={open} />
      {Panel && <Panel onClose={close} />}
    </>
  )
}

function SignInLink() {
  if (route.value.page === 'sign-in' || route.value.page === 'library') return null
  return (
    <a class="button" href={paths.signIn(location.pathname + search.value)}>
      {strings.session.signIn}
    </a>
  )
}

function Watch() {
  if (route.value.page !== 'watch') return null
  const { videoId } = route.value
  return <WatchPage key={videoId} videoId={videoId} />
}

/** How the uploads are doing, on pages that do not show them. */
function UploadsElsewhere() {
  const { queue } = usePortal()
  const running = queue.jobs.value.filter(
    ({ view }) => view.value.stage !== 'uploaded' && !neverBegan(view.value),
  )
  if (route.value.page === 'library' || running.length === 0) return null
  const sent = running.reduce((sum, job) => sum + job.view.value.sentBytes, 0)
  const all = running.reduce((sum, job) => sum + job.file.size, 0)
  return (
    <a class="chip uploading" href={paths.library}>
      {strings.upload.overall(running.length, percentOf(all > 0 ? sent / all : 0))}
    </a>
  )
}

/** What does not work now, and that nothing is lost by it. */
function OfflineLine() {
  const { library, session } = usePortal()
  useEffect(() => {
    const again = () => {
      if (library.state.peek() === 'failed') void library.again()
    }
    addEventListener('online', again)
    return () => removeEventListener('online', again)
  }, [])
  return (
    <div class="offline" role="status">
      {!online.value && <p>{strings.offline}</p>}
      {session.ended.value && route.value.page !== 'sign-in' && (
        <p>
          {strings.session.ended}{' '}
          <a href={paths.signIn(location.pathname + search.value)}>{strings.session.signIn}</a>
        </p>
      )}
    </div>
  )
}

function NotFound() {
  return (
    <main id="content" class="page empty">
      <h1>{strings.notFound.title}</h1>
      <p class="lead">{strings.notFound.text}</p>
      <a class="button primary" href={paths.library}>
        {strings.notFound.home}
      </a>
    </main>
  )
}
