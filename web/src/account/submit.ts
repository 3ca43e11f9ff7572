// A form that is being sent: once at a time, and what was wrong with it in words.
import { type Signal, useSignal } from '@preact/signals'
import { type Problem, toProblem } from '../api/problem.ts'
import { formatTimeLeft } from '../look/format.ts'
import { words } from './words.ts'

export interface Submitting {
  busy: Signal<boolean>
  /** '' : nothing is wrong. */
  wrong: Signal<string>
  submit(event: Event): void
}

export const sayRefusal = ({ waitSeconds, message }: Problem): string =>
  waitSeconds === null ? message : words.waitFor(formatTimeLeft(waitSeconds))

export function useSubmit(send: (form: HTMLFormElement) => Promise<unknown>): Submitting {
  const busy = useSignal(false)
  const wrong = useSignal('')

  async function run(form: HTMLFormElement) {
    if (busy.peek()) return
    busy.value = true
    // Said anew also where it is the same: a region that does not change is not read out.
    wrong.value = ''
    try {
      await send(form)
    } catch (thrown) {
      wrong.value = sayRefusal(toProblem(thrown))
    } finally {
      busy.value = false
    }
  }

  return {
    busy,
    wrong,
    submit(event) {
      event.preventDefault()
      if (event.currentTarget instanceof HTMLFormElement) void run(event.currentTarget)
    },
  }
}

/** What was written into a field; '' where there is none. */
export function fieldOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value : ''
}
