// What the pages about accounts work out: whose session it is, limits as they are written, the middle of a picture, a link.
import { expect, it } from 'vitest'
import { isForPassword, joinLink, passwordLink } from '#domain/join-link.ts'
import { readClient } from '../../../web/src/account/client-name.ts'
import { middleOf } from '../../../web/src/account/picture.ts'
import { readQuota, writeGigabytes } from '../../../web/src/admin/quota.ts'

const mozilla = 'Mozilla/5.0'
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

it.each([
  [`${mozilla} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0`, 'Firefox', 'Linux'],
  [
    `${mozilla} (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0 Safari/537.36`,
    'Chrome',
    'Windows',
  ],
  [
    `${mozilla} (Windows NT 10.0) ${webkit} Chrome/140.0 Safari/537.36 Edg/140.0`,
    'Edge',
    'Windows',
  ],
  [
    `${mozilla} (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile/15E148 Safari/604.1`,
    'Safari',
    'iPhone',
  ],
  [
    `${mozilla} (Linux; Android 16; K) ${webkit} Chrome/140.0 Mobile Safari/537.36`,
    'Chrome',
    'Android',
  ],
  ['curl/8.9.1', 'curl', null],
  ['', null, null],
])('%s is %s on %s', (userAgent, browser, system) => {
  expect(readClient(userAgent)).toEqual({ browser, system })
})

it.each([
  ['', '', { bytes: null, minutes: null }],
  ['5', '90', { bytes: 5e9, minutes: 90 }],
  ['0,5', ' 7.9 ', { bytes: 5e8, minutes: 7 }],
  ['0', '0', { bytes: 0, minutes: 0 }],
  ['-1', 'much', { bytes: null, minutes: null }],
])('«%s» gigabytes and «%s» minutes', (gigabytes, minutes, quota) => {
  expect(readQuota(gigabytes, minutes)).toEqual(quota)
  expect(readQuota(writeGigabytes(quota.bytes), minutes)).toEqual(quota)
})

it('takes the middle of a picture, and hands a code on behind the hash', () => {
  expect(middleOf(400, 300)).toEqual({ left: 50, top: 0, side: 300 })
  expect(middleOf(300, 400)).toEqual({ left: 0, top: 50, side: 300 })
  expect(joinLink('https://a.example', 'i.s/+')).toBe('https://a.example/join#i.s%2F%2B')
})

it('tells a link to a new password from an invitation', () => {
  const link = new URL(passwordLink('https://a.example', 'u_1.se+'))
  expect([link.pathname, link.hash, isForPassword(link.search)]).toEqual([
    '/join',
    '#u_1.se%2B',
    true,
  ])
  expect(isForPassword(new URL(joinLink('https://a.example', 'password')).search)).toBe(false)
})
