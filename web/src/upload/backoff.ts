// How long to wait before another try. Pure: the chance in it is given.

const firstWaitMs = 600
const longestWaitMs = 20_000

/**
 * How long to wait before try `retry` + 1 (`retry` from 1): doubling, the upper half of it random, so that the parts of one
 * upload (and the uploads of one office) do not come back in step.
 */
export function backoffMs(retry: number, random: number): number {
  const full = Math.min(longestWaitMs, firstWaitMs * 2 ** (retry - 1))
  return Math.round(full * (0.5 + random / 2))
}
