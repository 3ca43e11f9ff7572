// Which videos are selected: one by one, a range, or all. Knows ids alone; those that leave the list leave it too.
import { computed, type ReadonlySignal, signal } from '@preact/signals'

/** @param listed the ids that can be selected, in their order */
export function createSelection(listed: ReadonlySignal<readonly string[]>) {
  const chosen = signal<ReadonlySet<string>>(new Set())
  /** Where a range begins. */
  let anchor: string | null = null

  const ids = computed(() => listed.value.filter(id => chosen.value.has(id)))

  function set(videoId: string, on: boolean) {
    const next = new Set(chosen.peek())
    if (on) next.add(videoId)
    else next.delete(videoId)
    chosen.value = next
    anchor = videoId
  }

  return {
    /** In the order of the list. */
    ids,
    count: computed(() => ids.value.length),
    has: (videoId: string) => chosen.value.has(videoId),
    toggle: (videoId: string) => set(videoId, !chosen.peek().has(videoId)),
    /** From the last one touched to this one, in what is listed now; what was selected before stays. */
    extendTo(videoId: string) {
      const order = listed.peek()
      const from = anchor === null ? -1 : order.indexOf(anchor)
      const to = order.indexOf(videoId)
      if (from < 0 || to < 0) return set(videoId, true)
      const range = order.slice(Math.min(from, to), Math.max(from, to) + 1)
      chosen.value = new Set([...chosen.peek(), ...range])
    },
    all() {
      chosen.value = new Set(listed.peek())
    },
    clear() {
      anchor = null
      if (chosen.peek().size > 0) chosen.value = new Set()
    },
  }
}

/** Where the focus goes when these have gone: to the next one that stays, else to the one before. */
export function neighbour(order: readonly string[], leaving: readonly string[]): string | null {
  const gone = new Set(leaving)
  const last = order.findLastIndex(id => gone.has(id))
  return (
    order.slice(last + 1).find(id => !gone.has(id)) ??
    order.slice(0, Math.max(0, last)).findLast(id => !gone.has(id)) ??
    null
  )
}
