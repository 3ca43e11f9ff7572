// Who may see a video: its owner's choice, and what each of the three means.
import { useSignal } from '@preact/signals'
import { type VideoView, type Visibility, visibilities } from '#domain/video.ts'
import { words } from '../account/words.ts'
import { videoPath } from '../api/paths.ts'
import { toProblem } from '../api/problem.ts'
import { announce } from '../look/announce.tsx'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'

const text = words.share

export function VisibilityChoice({ view }: { view: VideoView }) {
  const { api, videos } = usePortal()
  const chosen = useSignal<Visibility>(view.visibility)
  const said = useSignal('')

  async function choose(next: Visibility) {
    const before = chosen.peek()
    chosen.value = next
    try {
      videos.take(await api.json<VideoView>('PATCH', videoPath(view.videoId), { visibility: next }))
      said.value = next === 'private' && before !== 'private' ? text.madePrivate : words.saved
    } catch (thrown) {
      chosen.value = before
      said.value = toProblem(thrown).message
    }
    announce(said.value)
  }

  return (
    <fieldset class="visibility">
      <legend>{text.who}</legend>
      {visibilities.map(name => (
        <label key={name}>
          <input
            type="radio"
            name="visibility"
            value={name}
            checked={chosen.value === name}
            onChange={() => void choose(name)}
          />
          <span>
            <b>{strings.share.visibilities[name]}</b>: {text.visibilities[name]}
          </span>
        </label>
      ))}
      <p aria-hidden="true">{said}</p>
    </fieldset>
  )
}
