// A step put off, by the browser's clock.

/** Runs `action` after `ms`; returns how to call it off. */
export type Later = (ms: number, action: () => void) => () => void

export const later: Later = (ms, action) => {
  const timer = setTimeout(action, ms)
  return () => clearTimeout(timer)
}
