// The link an invitation is handed on by. Pure.

/** The code stands behind the «#»: no server between, and no log, ever sees it. */
export const joinLink = (origin: string, code: string): string =>
  `${origin}/join#${encodeURIComponent(code)}`
