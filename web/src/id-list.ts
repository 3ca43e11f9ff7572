// A list of ids as a signal that changes only when the ids do, not with all that they are read from.
import { computed, type ReadonlySignal } from '@preact/signals'

/** `read`: no id holds a comma. */
export function idList(read: () => Iterable<string>): ReadonlySignal<readonly string[]> {
  const joined = computed(() => [...read()].join())
  return computed(() => (joined.value === '' ? [] : joined.value.split(',')))
}
