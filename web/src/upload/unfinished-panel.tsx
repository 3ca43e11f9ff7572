// Uploads that were begun on this machine and not finished: one entry each, going on with one click where the browser remembers the
// file, else with the file chosen again.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { fileFingerprint } from '#domain/parts.ts'
import { toProblem } from '../api/problem.ts'
import { notify } from '../look/announce.tsx'
import { formatBytes, percentOf } from '../look/format.ts'
import { Icon } from '../look/icons.tsx'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'
import { ChooseButton } from './choose.tsx'
import { dropHandle, keptHandles, reopenFile } from './file-handles.ts'
import { claimedUploads } from './tab-lock.ts'
import type { Unfinished } from './unfinished.ts'

const text = strings.unfinished

export function UnfinishedPanel() {
  const { api, queue, unfinished } = usePortal()
  const checked = useSignal(false)
  const elsewhere = useSignal<ReadonlySet<string>>(new Set())
  const handles = useSignal<ReadonlySet<string>>(new Set())

  useEffect(() => {
    // What was finished, cancelled or swept meanwhile is not unfinished: the server knows.
    const check = async ({ videoId }: Unfinished) => {
      const state = await api.readVideo(videoId).then(
        view => view.state,
        thrown => (toProblem(thrown).status === 404 ? 'gone' : 'unknown'),
      )
      if (state !== 'uploading' && state !== 'unknown') unfinished.forget(videoId)
    }
    async function look() {
      const [claimed, kept] = await Promise.all([claimedUploads(), keptHandles()])
      unfinished.readAgain()
      const begun = unfinished.list.peek()
      // Of uploads that are no more, such as those the server has swept.
      const ids = new Set(begun.map(({ videoId }) => videoId))
      for (const videoId of kept) if (!ids.has(videoId)) dropHandle(videoId)
      await Promise.all(begun.map(check))
      elsewhere.value = claimed
      handles.value = kept
      checked.value = true
    }
    // What another tab was sending is free when that tab is gone.
    const lookAgain = () => void (document.visibilityState === 'visible' && look())
    void look()
    document.addEventListener('visibilitychange', lookAgain)
    return () => document.removeEventListener('visibilitychange', lookAgain)
  }, [])

  const inQueue = new Set(queue.jobs.value.map(job => fileFingerprint(job.file)))
  const shown = unfinished.list.value.filter(
    ({ fingerprint }) => !inQueue.has(fingerprint) && !elsewhere.value.has(fingerprint),
  )
  if (!checked.value || shown.length === 0) return null
  return (
    <section class="unfinished panel" aria-labelledby="unfinished-title">
      <header class="panel-head">
        <h2 id="unfinished-title">{text.title(shown.length)}</h2>
        <p>{text.text}</p>
      </header>
      <ul class="upload-list">
        {shown.map(entry => (
          <Entry key={entry.videoId} entry={entry} hasHandle={handles.value.has(entry.videoId)} />
        ))}
      </ul>
    </section>
  )
}

function Entry({ entry, hasHandle }: { entry: Unfinished; hasHandle: boolean }) {
  const { api, queue, unfinished } = usePortal()
  const { videoId, name, sizeBytes, sentBytes, fingerprint } = entry
  const lost = useSignal(false)

  async function goOn() {
    const file = await reopenFile(videoId, fingerprint)
    if (file) return queue.add([file])
    lost.value = true
    notify(text.fileGone(name))
  }
  function choose(files: File[]) {
    const same = files.some(file => fileFingerprint(file) === fingerprint)
    if (!same) notify(text.otherFile(name))
    queue.add(files)
  }
  function discard() {
    unfinished.forget(videoId)
    // Should this not get through, the server sweeps it after a week.
    api.abortUpload(videoId).catch(() => {})
  }

  return (
    <li class="upload still">
      <div class="upload-picture">
        <Icon name="film" />
      </div>
      <div class="upload-facts">
        <p class="upload-name">
          <bdi>{name}</bdi>
        </p>
        <p class="upload-words">
          {text.sent(percentOf(sentBytes / sizeBytes), formatBytes(sizeBytes))}
        </p>
      </div>
      <div class="upload-steps">
        {hasHandle && !lost.value ? (
          <button type="button" class="button small primary" onClick={() => void goOn()}>
            {text.goOn}
          </button>
        ) : (
          <ChooseButton class="button small" multiple={false} onFiles={choose}>
            {text.choose}
          </ChooseButton>
        )}
        <button type="button" class="button small quiet" onClick={discard}>
          {text.discard}
        </button>
      </div>
    </li>
  )
}
