// What stands over the picture: why it waits, the big button, the way back to the beginning, the mark of a step.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { formatClock, rungLabel } from '../../look/format.ts'
import { Icon } from '../../look/icons.tsx'
import { strings } from '../../strings.ts'
import type { Session } from './session.ts'

const text = strings.player
/** So long the way back to the beginning is offered. */
const startOverMs = 9_000
/** Another quality that is here sooner needs no word. */
const arrivesWithinMs = 1_000
/** A wait shorter than this is not worth a sign. */
const spinnerAfterMs = 250

export interface OverlayProps {
  session: Session
  /** The moment at which the film went on; null: it began at its beginning. */
  resumedAt: number | null
  /** The controls are in view, and fingers work them. */
  touched: boolean
}

export function Overlay({ session, resumedAt, touched }: OverlayProps) {
  const { media, seeker, silenced } = session
  const pending = seeker.pending.value
  if (pending !== null) {
    return (
      <div class="overlay waiting" role="status">
        <span class="spinner" />
        <p>{text.waitingForPart(formatClock(pending))}</p>
        <button type="button" class="button small" onClick={seeker.goBack}>
          {text.goBack}
        </button>
      </div>
    )
  }
  const { ended, paused, started, waiting } = media
  const standing = ended.value || (paused.value && !started.value)
  return (
    <div class="overlay">
      {standing && <BigButton session={session} />}
      {!standing && waiting.value && <Waiting session={session} />}
      {!standing && !waiting.value && touched && <BigButton session={session} again />}
      <div class="overlay-corner">
        {silenced.value && (
          <button type="button" class="button small" onClick={session.unmute}>
            <Icon name="muted" />
            {text.tapForSound}
          </button>
        )}
        <Arriving session={session} />
        {resumedAt !== null && <StartOver session={session} at={resumedAt} />}
      </div>
    </div>
  )
}

/** `again`: the same is in the row of controls, and once is enough for the keyboard. */
function BigButton({ session, again = false }: { session: Session; again?: boolean }) {
  const { ended, paused } = session.media
  const [icon, label] = ended.value
    ? (['retry', text.replay] as const)
    : paused.value
      ? (['play', text.play] as const)
      : (['pause', text.pause] as const)
  return (
    <button
      type="button"
      class="big-play"
      aria-label={label}
      onClick={session.toggle}
      {...(again ? { tabIndex: -1 } : {})}
    >
      <Icon name={icon} />
    </button>
  )
}

/** The picture stands: for a moment, because the film ends here so far, or because nobody answers. */
function Waiting({ session }: { session: Session }) {
  const { media, source } = session
  const shown = useSignal(false)
  useEffect(() => {
    const timer = setTimeout(() => {
      shown.value = true
    }, spinnerAfterMs)
    return () => clearTimeout(timer)
  }, [])
  if (!shown.value) return null
  const atFrontier = media.started.value && media.time.value > source.frontier.value - 1
  const words = source.troubled.value ? text.troubled : atFrontier ? text.atFrontier : tooMuch()
  function tooMuch() {
    const { value } = source.chosen
    return value !== null && source.overtaxed() ? text.overtaxed(rungLabel(value)) : null
  }
  return (
    <>
      <span class="spinner" role="status" aria-label={strings.watch.loading} />
      {words && (
        <p class="overlay-words" role="status">
          {words}
        </p>
      )}
    </>
  )
}

/** A quality that does not come at once: that it comes, or why it may not play through. */
function Arriving({ session: { source } }: { session: Session }) {
  const height = source.arriving.value
  const late = useSignal(false)
  useEffect(() => {
    late.value = false
    if (height === null) return
    const timer = setTimeout(() => {
      late.value = true
    }, arrivesWithinMs)
    return () => clearTimeout(timer)
  }, [height])
  if (height === null || !late.value) return null
  const label = rungLabel(height)
  return (
    <p class="overlay-words" role="status">
      {source.overtaxed() ? text.overtaxed(label) : text.arriving(label)}
    </p>
  )
}

function StartOver({ session, at }: { session: Session; at: number }) {
  const offered = useSignal(true)
  useEffect(() => {
    const timer = setTimeout(() => {
      offered.value = false
    }, startOverMs)
    return () => clearTimeout(timer)
  }, [])
  if (!offered.value) return null
  return (
    <p class="start-over">
      {text.resumedAt(formatClock(at))}
      <button
        type="button"
        class="button small"
        onClick={() => {
          offered.value = false
          session.seeker.to(0)
        }}
      >
        {text.startOver}
      </button>
    </p>
  )
}

export interface Stepped {
  seconds: number
  /** Counts the steps, so that each has a mark of its own. */
  turn: number
}

/** Where a step led: back at the left, on at the right, as the film's time runs. */
export function Ripple({ stepped: { seconds } }: { stepped: Stepped }) {
  return (
    <div class={seconds < 0 ? 'ripple back' : 'ripple on'} aria-hidden="true">
      <span>{text.seekedBy(seconds)}</span>
    </div>
  )
}
