// Calls that change something come from pages of this site, as browsers say it.
import { expect, it } from 'vitest'
import { requireOwnPage } from '#platform/identify.ts'

const portal = 'https://video.example.com'
const request = (site: string | null, origin: string | null, method = 'POST') =>
  new Request(`${portal}/api/session`, {
    method,
    headers: {
      ...(site === null ? {} : { 'sec-fetch-site': site }),
      ...(origin === null ? {} : { origin }),
    },
  })

it.each([
  ['same-origin', portal, true],
  // Typed into the address field, or a bookmark.
  ['none', null, true],
  ['same-site', portal, false],
  ['cross-site', portal, false],
  ['', portal, false],
  // A browser that does not say it.
  [null, portal, true],
  [null, 'https://video.example.com.evil.example', false],
  [null, 'http://video.example.com', false],
  [null, 'null', false],
  [null, null, false],
])('from %s, %s: %s', (site, origin, isOwn) => {
  const asked = () => requireOwnPage(request(site, origin), portal)
  if (isOwn) expect(asked).not.toThrow()
  else expect(asked).toThrow(expect.objectContaining({ code: 'origin-refused' }))
})

it('asks nothing of what changes nothing', () => {
  expect(() => requireOwnPage(request('cross-site', null, 'GET'), portal)).not.toThrow()
})

it('takes no origin for its own where it knows none', () => {
  expect(() => requireOwnPage(request(null, portal), null)).toThrow()
  expect(() => requireOwnPage(request(null, null), null)).toThrow()
})
