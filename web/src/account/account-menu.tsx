// The menu at the end of the header: how the portal looks and speaks, and for whoever has signed in, their account.
import { useSignal } from '@preact/signals'
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import { Confirm } from '../look/confirm.tsx'
import { Preferences } from '../look/preferences.tsx'
import { usePortal } from '../portal-context.ts'
import { paths } from '../route.ts'
import { strings } from '../strings.ts'
import { Avatar } from './avatar.tsx'

const text = strings.session

const closeMenu = ({ currentTarget }: Event) => {
  if (currentTarget instanceof Element) {
    currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
  }
}

export function AccountMenu() {
  const { api, queue, session } = usePortal()
  const asking = useSignal(false)
  const account = session.who.value?.account
  if (!account) return <Preferences />

  async function signOut() {
    for (const job of queue.jobs.peek()) queue.pause(job)
    await session.signOut().catch(thrown => notify(toProblem(thrown).message))
  }

  return (
    <>
      <Preferences
        title={text.menu(account.name)}
        sign={<Avatar {...account} />}
        onLanguage={language => api.json('PATCH', '/api/account', { language })}
      >
        <div class="account-menu">
          <p>{account.name}</p>
          <a href={paths.account} onClick={closeMenu}>
            {text.account}
          </a>
          {account.role === 'admin' && (
            <a href={paths.admin} onClick={closeMenu}>
              {text.admin}
            </a>
          )}
          <button
            type="button"
            onClick={() => {
              if (queue.runningCount.peek() > 0) asking.value = true
              else void signOut()
            }}
          >
            {text.signOut}
          </button>
        </div>
      </Preferences>
      {asking.value && (
        <Confirm
          title={text.uploadsStop(queue.runningCount.value)}
          text={text.uploadsStopText}
          confirm={text.signOut}
          keep={text.stay}
          onConfirm={() => void signOut()}
          onClose={() => {
            asking.value = false
          }}
        />
      )}
    </>
  )
}
