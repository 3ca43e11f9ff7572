// How far the qualities are, one after the other: «720p ready, 1080p being made».
import type { VideoView } from '#domain/video.ts'
import { percentOf, rungLabel } from '../look/format.ts'
import { Icon } from '../look/icons.tsx'
import { ProgressBar } from '../progress/progress-bar.tsx'
import { isWorking, stateWords } from '../progress/state-words.ts'
import { useSecondsLeft } from '../progress/use-seconds-left.ts'
import type { KnownVideo } from '../progress/videos.ts'
import { strings } from '../strings.ts'

export function Ladder({ known }: { known: KnownVideo }) {
  const { view } = known
  const secondsLeft = useSecondsLeft(known)
  const working = isWorking(view.state)
  const rungs = view.soundOnly ? [] : view.rungs.toSorted((a, b) => b.height - a.height)
  if (rungs.length === 0 && !working) return null
  const words = stateWords(view, secondsLeft)
  return (
    <section class="ladder panel" aria-labelledby="ladder-title">
      <h2 id="ladder-title">{strings.watch.qualities}</h2>
      {working && (
        <div class="ladder-progress">
          <p>{words}</p>
          <ProgressBar ratio={view.ratio} label={view.title} words={words} />
        </div>
      )}
      <ul>
        {rungs.map(({ height, state }) => (
          <li key={height} class={`rung ${state}`}>
            {state === 'ready' ? <Icon name="check" /> : <span class="rung-dot" />}
            {rungWords(rungLabel(height), state, percentOf(view.ratio))}
          </li>
        ))}
      </ul>
    </section>
  )
}

function rungWords(label: string, state: VideoView['rungs'][number]['state'], percent: number) {
  switch (state) {
    case 'ready':
      return strings.watch.rungReady(label)
    case 'growing':
      return strings.watch.rungGrowing(label, percent)
    default:
      return strings.watch.rungWaiting(label)
  }
}
