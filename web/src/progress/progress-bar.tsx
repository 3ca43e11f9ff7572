// A bar: how far something is, in a shape and in words for assistive technology.
import { percentOf } from '../look/format.ts'

export interface ProgressBarProps {
  ratio: number
  label: string
  /** The words that stand beside the bar on the screen. */
  words: string
  /** `still`: paused or waiting; `failed`. */
  mood?: 'moving' | 'still' | 'failed'
  /** Where one phase ends and the next begins, 0..1. */
  notch?: number
}

export function ProgressBar({ ratio, label, words, mood = 'moving', notch }: ProgressBarProps) {
  return (
    <div
      class={`bar ${mood}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percentOf(ratio)}
      aria-valuetext={words}
    >
      <div class="bar-fill" style={{ transform: `scaleX(${ratio.toFixed(3)})` }} />
      {notch !== undefined && (
        <div class="bar-notch" style={{ insetInlineStart: `${notch * 100}%` }} />
      )}
    </div>
  )
}
