// Keeps an error in one part of a page to that part: it says what happened and offers another try, and the rest lives on.
import type { ComponentChildren } from 'preact'
import { useErrorBoundary, useRef } from 'preact/hooks'
import { strings } from '../strings.ts'
import { Icon } from './icons.tsx'

export interface BoundaryProps {
  /** What it is to a person: «The player». */
  part: string
  /** Brings what may mend it, before it is drawn again. */
  onRetry?: () => Promise<void>
  children: ComponentChildren
}

const text = strings.broken

export function Boundary({ part, onRetry, children }: BoundaryProps) {
  const tries = useRef(0)
  // For whoever looks into it, with its stack, as if nobody had caught it.
  const [thrown, reset] = useErrorBoundary(error => reportError(error))
  if (thrown === undefined) return <>{children}</>
  return (
    <section class="failure panel broken" role="alert">
      <Icon name="warning" />
      <div>
        <h2>{text.title(part)}</h2>
        <p>{text.text(thrown instanceof Error ? thrown.message : String(thrown))}</p>
      </div>
      <div class="failure-steps">
        <button
          type="button"
          class="button"
          onClick={async () => {
            tries.current += 1
            await onRetry?.()
            reset()
          }}
        >
          {text.retry}
        </button>
        {tries.current > 0 && (
          <button type="button" class="button quiet" onClick={() => location.reload()}>
            {text.reload}
          </button>
        )}
      </div>
    </section>
  )
}
