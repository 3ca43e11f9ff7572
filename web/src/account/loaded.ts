// What a part of a page shows once it has come: asked for when the part is there, again after a change or a failure.
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { toProblem } from '../api/problem.ts'

export interface Loaded<Value> {
  /** Null: not here yet. */
  value: Signal<Value | null>
  /** '': nothing is wrong. */
  wrong: Signal<string>
  again(): Promise<void>
}

export function useLoaded<Value>(load: () => Promise<Value>): Loaded<Value> {
  const value = useSignal<Value | null>(null)
  const wrong = useSignal('')
  async function again() {
    try {
      value.value = await load()
      wrong.value = ''
    } catch (thrown) {
      wrong.value = toProblem(thrown).message
    }
  }
  useEffect(() => void again(), [])
  return { value, wrong, again }
}
