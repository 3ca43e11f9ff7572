// One part of a page about accounts: its heading, what it is for, and in its place why it could not be loaded.
import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { words } from './words.ts'

export interface PartProps {
  title: string
  hint?: string
  /** Why it could not be loaded; '': it was. */
  wrong?: Signal<string>
  onRetry?(): Promise<void>
  children: ComponentChildren
}

export function Part({ title, hint, wrong, onRetry, children }: PartProps) {
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  const last = useRef<EventTarget | null>(null)
  // Whoever was at something that is gone goes on at the heading of its part, not at the top of the page.
  useEffect(() => {
    const { current } = last
    if (!(current instanceof Node) || current.isConnected) return
    last.current = null
    if (document.activeElement === document.body) heading.current?.focus()
  })
  return (
    <section
      class="panel account-part"
      aria-labelledby={id}
      onFocusIn={({ target }) => {
        last.current = target
      }}
    >
      <h2 ref={heading} id={id} tabIndex={-1}>
        {title}
      </h2>
      {hint && <p class="form-hint">{hint}</p>}
      {wrong?.value ? (
        <div role="alert">
          <p class="wrong">
            {words.admin.failed} {wrong}
          </p>
          <button type="button" class="button small" onClick={() => void onRetry?.()}>
            {words.admin.retry}
          </button>
        </div>
      ) : (
        children
      )}
    </section>
  )
}
