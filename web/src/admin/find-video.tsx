// Any video of this installation, found by its address: for whoever has to look after what others have put here.
import { useSignal } from '@preact/signals'
import type { VideoView } from '#domain/video.ts'
import { SubmitButton, Wrong } from '../account/fields.tsx'
import { Part } from '../account/part.tsx'
import { fieldOf, useSubmit } from '../account/submit.ts'
import { words } from '../account/words.ts'
import { Problem } from '../api/problem.ts'
import { formatBytes, formatDate } from '../look/format.ts'
import { usePortal } from '../portal-context.ts'
import { paths } from '../route.ts'
import { VideoSteps } from './video-steps.tsx'

const text = words.admin
const somewhereAnId = /v_[0-9A-Za-z]{22}/

export function FindVideo({ onChanged }: { onChanged(): Promise<void> }) {
  const { api } = usePortal()
  const found = useSignal<VideoView | null>(null)
  const read = (videoId: string) => api.json<VideoView>('GET', `/api/videos/${videoId}`)
  const { busy, wrong, submit } = useSubmit(async form => {
    found.value = null
    const videoId = somewhereAnId.exec(fieldOf(form, 'address'))?.[0]
    if (!videoId) throw new Problem('bad-request', { message: text.noAddress })
    found.value = await read(videoId)
  })
  const view = found.value
  return (
    <Part title={text.findVideo} hint={text.findVideoText}>
      <form class="account-form" aria-label={text.findVideo} onSubmit={submit}>
        <div class="form-field">
          <label for="find-address">{text.findAddress}</label>
          <input id="find-address" class="field" name="address" required spellcheck={false} />
        </div>
        <Wrong wrong={wrong} />
        <SubmitButton busy={busy}>{text.find}</SubmitButton>
      </form>
      {view && (
        <ul class="account-list" aria-live="polite">
          <li>
            <div class="account-what">
              <a href={paths.watch(view.videoId)} dir="auto">
                {view.title}
              </a>
              <p>
                {text.videoStates[view.state]}, {formatBytes(view.sizeBytes)},{' '}
                {formatDate(view.createdAt)}
              </p>
            </div>
            <VideoSteps
              videoId={view.videoId}
              title={view.title}
              canRerun={view.state === 'ready' || view.state === 'failed'}
              onDone={async () => {
                found.value = await read(view.videoId).catch(() => null)
                await onChanged()
              }}
            />
          </li>
        </ul>
      )}
    </Part>
  )
}
