// How far all is, for a tab in the background: in its title, and as a ring in the place of its icon.
import { computed, effect, signal } from '@preact/signals'
import { percentOf } from '../look/format.ts'
import { strings } from '../strings.ts'
import type { UploadQueue } from '../upload/queue.ts'
import { barRatio } from './bar.ts'
import { createBatch, type Work } from './batch.ts'
import { isWorking } from './state-words.ts'
import type { Videos } from './videos.ts'

const radius = 13
const around = 2 * Math.PI * radius

/** An address of its own: the policy allows pictures from `data:`. */
export function ringAddress(ratio: number): string {
  const circle = `cx="16" cy="16" r="${radius}" fill="none" stroke-width="6"`
  const done = (Math.max(0.02, ratio) * around).toFixed(1)
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    `<circle ${circle} stroke="#8aa3ad" stroke-opacity=".45"/>` +
    `<circle ${circle} stroke="#0b9bb5" stroke-linecap="round" ` +
    `stroke-dasharray="${done} ${around.toFixed(1)}" transform="rotate(-90 16 16)"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

export interface TabSignDeps {
  queue: Pick<UploadQueue, 'jobs'>
  videos: Pick<Videos, 'read' | 'active'>
}

/** What is on its way up or being prepared. What waits for a person (paused, failed) is not. */
function worksOf({ queue, videos }: TabSignDeps): Work[] {
  const active = new Set(videos.active.value)
  const uploads = queue.jobs.value.flatMap((job): Work[] => {
    const { stage, sentBytes, videoId } = job.view.value
    if (videoId) active.delete(videoId)
    if (stage === 'paused' || stage === 'failed' || stage === 'cancelling') return []
    const video = stage === 'uploaded' && videoId ? videos.read(videoId)?.view : null
    if (stage === 'uploaded' && !(video && isWorking(video.state))) return []
    const upload = stage === 'uploaded' ? 1 : sentBytes / Math.max(1, job.file.size)
    return [{ id: `upload ${job.id}`, ratio: barRatio({ upload, encode: video?.ratio ?? 0 }) }]
  })
  const others = [...active].map(id => ({ id, ratio: videos.read(id)?.view.ratio ?? 0 }))
  return [...uploads, ...others]
}

export function showTabSign(deps: TabSignDeps): void {
  const hidden = signal(document.visibilityState === 'hidden')
  document.addEventListener('visibilitychange', () => {
    hidden.value = document.visibilityState === 'hidden'
  })
  const batch = createBatch()
  const percent = computed(() => {
    const ratio = hidden.value ? batch.see(worksOf(deps)) : batch.see([])
    return ratio === null ? null : percentOf(ratio)
  })
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  const usualIcon = icon?.href ?? ''
  /** What stands in the title by us. */
  let written = ''
  let base = ''
  effect(() => {
    const now = percent.value
    // The page may have given itself another title meanwhile.
    if (document.title !== written) base = document.title
    if (now === null) {
      if (written) document.title = base
      written = ''
    } else {
      written = strings.progress.tab(now, base || strings.name)
      document.title = written
    }
    if (icon) icon.href = now === null ? usualIcon : ringAddress(now / 100)
  })
}
