// What an admin may do with anybody's video: have it made again, take it away.
import { useSignal } from '@preact/signals'
import { AskingButton } from '../account/asking-button.tsx'
import { words } from '../account/words.ts'
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import { usePortal } from '../portal-context.ts'

const text = words.admin

interface VideoStepsProps {
  videoId: string
  title: string
  canRerun: boolean
  /** What is shown of it may have changed. */
  onDone(): Promise<void>
}

export function VideoSteps({ videoId, title, canRerun, onDone }: VideoStepsProps) {
  const { api } = usePortal()
  const busy = useSignal(false)

  async function act(method: 'POST' | 'DELETE', path: string, done: string) {
    if (busy.peek()) return
    busy.value = true
    try {
      await api.call(method, path)
      notify(done)
    } catch (thrown) {
      notify(toProblem(thrown).message)
    } finally {
      busy.value = false
    }
    await onDone()
  }

  const path = `/api/videos/${videoId}`
  return (
    <div class="person-steps">
      {canRerun && (
        <button
          type="button"
          class="button small"
          aria-label={text.rerunOf(title)}
          disabled={busy}
          onClick={() => void act('POST', `${path}/rerun`, text.rerunBegun(title))}
        >
          {text.rerun}
        </button>
      )}
      <AskingButton
        label={text.deleteVideo}
        of={text.deleteVideoOf(title)}
        title={text.deleteVideoTitle(title)}
        text={text.deleteVideoText}
        disabled={busy}
        onConfirm={() => act('DELETE', path, text.deletedVideo(title))}
      />
    </div>
  )
}
