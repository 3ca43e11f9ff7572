// Deleting a video: the question, the request, and what went wrong with it.
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import { Confirm } from '../look/confirm.tsx'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'

export interface DeleteVideoProps {
  videoId: string
  title: string
  onClose(): void
  onDeleted?(): void
}

export function DeleteVideo({ videoId, title, onClose, onDeleted }: DeleteVideoProps) {
  const { library } = usePortal()
  async function remove() {
    try {
      await library.remove(videoId)
      onDeleted?.()
    } catch (thrown) {
      notify(toProblem(thrown).message)
    }
  }
  return (
    <Confirm
      title={strings.video.deleteTitle(title)}
      text={strings.video.deleteText}
      confirm={strings.video.delete}
      keep={strings.video.cancel}
      onConfirm={() => void remove()}
      onClose={onClose}
    />
  )
}
