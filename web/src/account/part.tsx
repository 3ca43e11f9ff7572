// One part of a page about accounts: its heading, what it is for, and in its place why it could not be loaded.
import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
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
  return (
    <section class="panel account-part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
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
