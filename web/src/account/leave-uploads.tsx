// Asks whoever signs out while uploads are running.
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import { Confirm } from '../look/confirm.tsx'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'
import { words } from './words.ts'

const text = words.leave

export function LeaveUploads({ onClose }: { onClose(): void }) {
  const { queue, session } = usePortal()
  async function leave() {
    for (const job of queue.jobs.peek()) queue.pause(job)
    await session.signOut().catch(thrown => notify(toProblem(thrown).message))
  }
  return (
    <Confirm
      title={text.title(queue.runningCount.value)}
      text={text.text}
      confirm={strings.session.signOut}
      keep={text.stay}
      onConfirm={() => void leave()}
      onClose={onClose}
    />
  )
}
