// The menu at the end of the header: how the portal looks and speaks, and for whoever has signed in, their account.
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import { Preferences } from '../look/preferences.tsx'
import { usePortal } from '../portal-context.ts'
import { paths } from '../route.ts'
import { strings } from '../strings.ts'
import { useLate } from '../use-late.ts'
import { Avatar } from './avatar.tsx'

const text = strings.session

const closeMenu = ({ currentTarget }: Event) => {
  if (currentTarget instanceof Element) {
    currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
  }
}

export function AccountMenu() {
  const { api, queue, session } = usePortal()
  const question = useLate(late => late.LeaveUploads)
  const account = session.who.value?.account
  if (!account) return <Preferences />

  async function signOut() {
    if (queue.runningCount.peek() > 0) await question.open()
    else await session.signOut()
  }
  const leave = () => void signOut().catch(thrown => notify(toProblem(thrown).message))

  return (
    <>
      <Preferences
        title={`${text.account}, ${account.name}: ${strings.preferences.title}`}
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
          <button type="button" onClick={leave}>
            {text.signOut}
          </button>
        </div>
      </Preferences>
      {question.Panel && <question.Panel onClose={question.close} />}
    </>
  )
}
