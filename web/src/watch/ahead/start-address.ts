// The moment of a film in the address of its page: `?t=83`, `#t=83`. Pure.
import { readMoment } from '../moment.ts'

/** Seconds; null: the address names no moment. */
export function readStart({ search, hash }: { search: string; hash: string }): number | null {
  return (
    readMoment(new URLSearchParams(search).get('t')) ??
    readMoment(new URLSearchParams(hash.slice(1)).get('t'))
  )
}
