// The cookies of whoever comes as a browser does, by name: what an answer sets is sent back.

export type Cookies = Map<string, string>

/** @param lines the answer's `set-cookie` fields, as `Headers.getSetCookie` gives them */
export function keepCookies(cookies: Cookies, lines: readonly string[]): void {
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (/max-age=0/i.test(line)) cookies.delete(name)
    else cookies.set(name, value)
  }
}

/** The `cookie` field; none where there are no cookies. */
export const cookieField = (cookies: Cookies): { cookie?: string } =>
  cookies.size === 0
    ? {}
    : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }

export function cookiesOf(lines: readonly string[]): Cookies {
  const cookies: Cookies = new Map()
  keepCookies(cookies, lines)
  return cookies
}
