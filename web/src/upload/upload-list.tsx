// The queue on the library page: every file that was chosen here, what happened to it, and all of them as one bar.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { idList } from '../id-list.ts'
import { usePortal } from '../portal-context.ts'
import { ProgressBar } from '../progress/progress-bar.tsx'
import { strings } from '../strings.ts'
import { sayTotal } from './total.ts'
import { UploadRow } from './upload-row.tsx'

const text = strings.upload

export function UploadList() {
  const { queue, videos } = usePortal()
  const jobs = queue.jobs.value
  // By their ids: the list is drawn anew when one is done, not with every byte of it.
  const finishedIds = useIdList(() =>
    queue.jobs.value
      .filter(({ view }) => {
        const { stage, videoId } = view.value
        return stage === 'uploaded' && videoId && videos.read(videoId)?.view.state === 'ready'
      })
      .map(job => String(job.id)),
  )
  const movableIds = useIdList(() => queue.movable.value.map(job => String(job.id)))
  const drawn = useGrowing(jobs.length)
  if (jobs.length === 0) return null
  const finished = finishedIds.value
  const movable = movableIds.value
  return (
    <section class="uploads panel" aria-labelledby="uploads-title">
      <header class="panel-head">
        <h2 id="uploads-title">{text.title}</h2>
        {finished.length > 1 && (
          <button
            type="button"
            class="button small quiet"
            onClick={() => {
              for (const job of jobs) if (finished.includes(String(job.id))) queue.dismiss(job)
            }}
          >
            {text.clearFinished}
          </button>
        )}
      </header>
      <TotalBar />
      <ul class="upload-list">
        {jobs.slice(0, drawn).map(job => (
          <UploadRow
            key={job.id}
            job={job}
            rank={movable.indexOf(String(job.id))}
            movableCount={movable.length}
          />
        ))}
      </ul>
    </section>
  )
}

const useIdList = (read: () => string[]) => useMemo(() => idList(read), [])

/** Rows drawn in one frame: two hundred at once would hold up the page for a moment that one feels. */
const rowsAFrame = 20

/** Grows to `count`, a frame at a time. */
function useGrowing(count: number): number {
  const drawn = useSignal(rowsAFrame)
  const more = drawn.value < count
  useEffect(() => {
    if (!more) return
    const frame = requestAnimationFrame(() => {
      drawn.value += rowsAFrame
    })
    return () => cancelAnimationFrame(frame)
  }, [more, drawn.value])
  return drawn.value
}

function TotalBar() {
  const { queue } = usePortal()
  const total = queue.total.value
  if (!total) return null
  const words = sayTotal(total, queue.rate.value)
  return (
    <div class="upload-total">
      <p class="upload-words">{words}</p>
      <ProgressBar
        ratio={total.ratio}
        label={text.total}
        words={words}
        mood={total.running ? 'moving' : 'still'}
      />
    </div>
  )
}
