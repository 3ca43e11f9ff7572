// The queue on the library page: every file that was chosen here, and what happened to it.
import { usePortal } from '../portal.ts'
import { strings } from '../strings.ts'
import { UploadRow } from './upload-row.tsx'

export function UploadList() {
  const { queue, videos } = usePortal()
  const jobs = queue.jobs.value
  if (jobs.length === 0) return null
  const finished = jobs.filter(({ view }) => {
    const { stage, videoId } = view.value
    return stage === 'uploaded' && videoId && videos.read(videoId)?.view.state === 'ready'
  })
  return (
    <section class="uploads panel" aria-labelledby="uploads-title">
      <header class="panel-head">
        <h2 id="uploads-title">{strings.upload.title}</h2>
        {finished.length > 1 && (
          <button
            type="button"
            class="button small quiet"
            onClick={() => {
              for (const job of finished) queue.dismiss(job)
            }}
          >
            {strings.upload.clearFinished}
          </button>
        )}
      </header>
      <ul class="upload-list">
        {jobs.map(job => (
          <UploadRow key={job.id} job={job} />
        ))}
      </ul>
    </section>
  )
}
