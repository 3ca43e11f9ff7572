// Uploads that were begun on this machine and not finished: one entry each, waiting for its file to be chosen again.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { fileFingerprint } from '#domain/parts.ts'
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import { formatBytes, percentOf } from '../look/format.ts'
import { Icon } from '../look/icons.tsx'
import { usePortal } from '../portal.ts'
import { strings } from '../strings.ts'
import { ChooseButton } from './choose.tsx'
import type { Unfinished } from './unfinished.ts'

const text = strings.unfinished

export function UnfinishedPanel() {
  const { api, queue, unfinished } = usePortal()
  const checked = useSignal(false)
  const jobs = queue.jobs.value

  useEffect(() => {
    // What was finished, cancelled or swept meanwhile is not unfinished: the server knows.
    const check = async ({ videoId }: Unfinished) => {
      const state = await api.readVideo(videoId).then(
        view => view.state,
        thrown => (toProblem(thrown).status === 404 ? 'gone' : 'unknown'),
      )
      if (state !== 'uploading' && state !== 'unknown') unfinished.forget(videoId)
    }
    void Promise.all(unfinished.list.peek().map(check)).then(() => {
      checked.value = true
    })
  }, [])

  const inQueue = new Set(jobs.map(job => fileFingerprint(job.file)))
  const shown = unfinished.list.value.filter(entry => !inQueue.has(entry.fingerprint))
  if (!checked.value || shown.length === 0) return null

  const discard = (entry: Unfinished) => {
    unfinished.forget(entry.videoId)
    // Should this not get through, the server sweeps it after a week.
    api.abortUpload(entry.videoId).catch(() => {})
  }
  const choose = (entry: Unfinished, files: File[]) => {
    const same = files.some(file => fileFingerprint(file) === entry.fingerprint)
    if (!same) notify(text.otherFile(entry.name))
    queue.add(files)
  }

  return (
    <section class="unfinished panel" aria-labelledby="unfinished-title">
      <header class="panel-head">
        <h2 id="unfinished-title">{text.title(shown.length)}</h2>
        <p>{text.text}</p>
      </header>
      <ul class="upload-list">
        {shown.map(entry => (
          <li key={entry.videoId} class="upload still">
            <div class="upload-picture">
              <Icon name="film" />
            </div>
            <div class="upload-facts">
              <p class="upload-name">{entry.name}</p>
              <p class="upload-words">
                {text.sent(
                  percentOf(entry.sentBytes / entry.sizeBytes),
                  formatBytes(entry.sizeBytes),
                )}
              </p>
            </div>
            <div class="upload-steps">
              <ChooseButton
                class="button small"
                multiple={false}
                onFiles={files => choose(entry, files)}
              >
                {text.choose}
              </ChooseButton>
              <button type="button" class="button small quiet" onClick={() => discard(entry)}>
                {text.discard}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
