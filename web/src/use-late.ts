// Shows what comes when it is wanted: a panel whose code is asked for with the press of its button, a page with its address.
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { notify } from './look/announce.tsx'
import { strings } from './strings.ts'

type Late = typeof import('./late.ts')

export const withLate = (use: (late: Late) => unknown): Promise<unknown> =>
  import('./late.ts').then(use, () => notify(strings.problems.network))

export function useLate<Props = object>(pick: (late: Late) => ComponentType<Props>) {
  const Panel = useSignal<ComponentType<Props> | null>(null)
  return {
    Panel: Panel.value,
    open: () =>
      withLate(late => {
        Panel.value = pick(late)
      }),
    close() {
      Panel.value = null
    },
  }
}
