// Says what happens to people who do not see it: one polite live region, never more than a sentence every few seconds;
// and shows a passing notice where there is no better place for it.
import { signal } from '@preact/signals'
import { Toasts, toast } from './toast.tsx'

const everyMs = 3_000

/** What stands in the live region. */
export const spoken = signal('')
let queue: { sentence: string; topic: string }[] = []
let timer: ReturnType<typeof setTimeout> | undefined

function speak() {
  const next = queue.shift()
  timer = next === undefined ? undefined : setTimeout(speak, everyMs)
  if (!next) return
  // A region that does not change is not read out: what is said twice differs in a space.
  spoken.value = next.sentence === spoken.peek() ? `${next.sentence}\u00a0` : next.sentence
}

/** `topic`: a newer sentence about the same thing takes the place of one that still waits. */
export function announce(sentence: string, topic = sentence) {
  queue = [...queue.filter(waiting => waiting.topic !== topic), { sentence, topic }]
  if (timer === undefined) speak()
}

/** Says it on the screen too, for a while. */
export function notify(sentence: string) {
  announce(sentence)
  toast({ text: sentence })
}

export function Announcer() {
  return (
    <>
      <div class="unseen" role="status" aria-live="polite">
        {spoken}
      </div>
      <Toasts />
    </>
  )
}
