// A video from a link: the server fetches the file; nothing of it passes through the browser.
import { useEffect, useRef } from 'preact/hooks'
import type { VideoView } from '#domain/video.ts'
import '../account/account.css'
import { SubmitButton, Wrong } from '../account/fields.tsx'
import { fieldOf, sayRefusal, useSubmit } from '../account/submit.ts'
import { words } from '../account/words.ts'
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import type { Portal } from '../portal.ts'
import { usePortal } from '../portal-context.ts'

const text = words.link

async function begin({ api, videos, library }: Portal, url: string): Promise<void> {
  const view = await api.json<VideoView>('POST', '/api/imports', { url })
  videos.take(view)
  library.prepend(view)
  void library.count()
  notify(text.begun(view.title))
}

/** One that was pasted. */
export const importLink = (portal: Portal, url: string): Promise<void> =>
  begin(portal, url).catch(thrown => notify(sayRefusal(toProblem(thrown))))

export function LinkPanel({ onClose }: { onClose(): void }) {
  const portal = usePortal()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const { busy, wrong, submit } = useSubmit(async form => {
    await begin(portal, fieldOf(form, 'url').trim())
    dialog.current?.close()
  })
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="link-title" onClose={onClose}>
      <h2 id="link-title">{text.title}</h2>
      <form class="ask-password" onSubmit={submit}>
        <div class="form-field">
          <label for="link-url">{text.url}</label>
          <input
            id="link-url"
            class="field"
            name="url"
            type="url"
            inputMode="url"
            autocomplete="off"
            maxLength={2048}
            required
            aria-describedby="link-hint"
          />
          <p id="link-hint" class="form-hint">
            {text.hint}
          </p>
        </div>
        <Wrong wrong={wrong} />
        <div class="confirm-choices">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {words.cancel}
          </button>
          <SubmitButton busy={busy}>{text.submit}</SubmitButton>
        </div>
      </form>
    </dialog>
  )
}
