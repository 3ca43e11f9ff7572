// The links that an admin hands on: an invitation, and a new password. Pure.

/** The code stands behind the «#»: no server between, and no log, ever sees it. */
export const joinLink = (origin: string, code: string): string =>
  `${origin}/join#${encodeURIComponent(code)}`

export const passwordLink = (origin: string, code: string): string =>
  `${origin}/join?password#${encodeURIComponent(code)}`

export const isForPassword = (search: string): boolean => /[?&]password(?:[=&]|$)/.test(search)
