// Where signing in leads: to pages of the portal alone.
import { expect, it } from 'vitest'
import { initialsOf } from '../../../web/src/account/initials.ts'
import { readReturn } from '../../../web/src/account/return-path.ts'

const origin = 'https://video.example.com'
const film = '/watch/v_0123456789abcdefghijkL'

it.each([
  ['', '/'],
  ['?to=/', '/'],
  [`?to=${encodeURIComponent(`${film}?t=9`)}`, `${film}?t=9`],
  ['?to=/account', '/account'],
  ['?to=/?q=sea', '/?q=sea'],
  ['?to=//evil.example', '/'],
  ['?to=/%5Cevil.example', '/'],
  ['?to=/%09/evil.example', '/'],
  ['?to=https://evil.example/account', '/'],
  ['?to=javascript:alert(1)', '/'],
  [`?to=${encodeURIComponent(`${origin}/account`)}`, '/'],
  ['?to=/sign-in?to=/account', '/'],
  ['?to=/join', '/'],
  ['?to=/api/session', '/'],
  ['?to=//', '/'],
])('%s leads to %s', (search, path) => {
  expect(readReturn(search, origin)).toBe(path)
})

it.each([
  ['Ada King Lovelace', 'AL'],
  ['ada', 'A'],
  ['  Élise  Öz ', 'ÉÖ'],
  ['👩‍🚀 Zed', '👩Z'],
  ['', ''],
])('«%s» is %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})
