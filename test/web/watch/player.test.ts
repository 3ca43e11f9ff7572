// The player's decisions: seeking past what exists, keys, preview pictures, picking itself up.
import { signal } from '@preact/signals'
import { describe, expect, test } from 'vitest'
import { readKey } from '../../../web/src/watch/player/keyboard.ts'
import { createPatient } from '../../../web/src/watch/player/recovery.ts'
import { createSeeker } from '../../../web/src/watch/player/seek.ts'
import { parseStoryboard, tileAt } from '../../../web/src/watch/player/storyboard.ts'

function open(edge: number) {
  const video = {
    currentTime: 5,
    paused: false,
    pause() {
      video.paused = true
    },
    async play() {
      video.paused = false
    },
  }
  const frontier = signal(edge)
  return { video, frontier, seeker: createSeeker(video, frontier, () => 60) }
}

describe('seeking', () => {
  test('to what exists, at once', () => {
    const { video, seeker } = open(30)
    seeker.to(20)
    expect(video).toMatchObject({ currentTime: 20, paused: false })
    seeker.by(-50)
    expect(video.currentTime).toBe(0)
  })

  test('past the frontier it waits there, two seconds of margin, then plays', () => {
    const { video, frontier, seeker } = open(30)
    seeker.to(40)
    expect(video).toMatchObject({ currentTime: 5, paused: true })
    expect(seeker.pending.value).toBe(40)
    frontier.value = 41
    expect(seeker.pending.value).toBe(40)
    frontier.value = 42
    expect(seeker.pending.value).toBeNull()
    expect(video).toMatchObject({ currentTime: 40, paused: false })
  })

  test('a paused viewer finds the moment reached, still paused', () => {
    const { video, frontier, seeker } = open(30)
    video.paused = true
    seeker.to(40)
    frontier.value = Number.POSITIVE_INFINITY
    expect(video).toMatchObject({ currentTime: 40, paused: true })
  })

  test('steps add up while waiting, and who turns back goes on playing', () => {
    const { video, seeker } = open(30)
    seeker.to(40)
    seeker.by(10)
    expect(seeker.pending.value).toBe(50)
    seeker.by(-30)
    expect(video).toMatchObject({ currentTime: 20, paused: false })
    seeker.to(40)
    seeker.goBack()
    expect(seeker.pending.value).toBeNull()
    expect(video).toMatchObject({ currentTime: 20, paused: false })
  })

  test('the end of the film is its end, also while it grows', () => {
    const { video, frontier, seeker } = open(30)
    seeker.to(500)
    expect(seeker.pending.value).toBe(60)
    frontier.value = Number.POSITIVE_INFINITY
    expect(video.currentTime).toBe(60)
  })
})

describe('keys', () => {
  const press = (key: string, more = {}) => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    ...more,
  })

  test.each([
    ['k', 'page', { do: 'toggle' }],
    [' ', 'page', { do: 'toggle' }],
    [' ', 'button', null],
    ['J', 'page', { do: 'seekBy', seconds: -10 }],
    ['ArrowRight', 'button', { do: 'seekBy', seconds: 5 }],
    ['ArrowRight', 'slider', null],
    ['ArrowUp', 'menu', null],
    ['7', 'page', { do: 'seekTo', ratio: 0.7 }],
    ['f', 'text', null],
    ['x', 'page', null],
  ] as const)('%s on a %s', (key, focus, wish) => {
    expect(readKey(press(key), focus)).toEqual(wish)
  })

  test('keys of the browser stay with the browser', () => {
    expect(readKey(press('f', { ctrlKey: true }), 'page')).toBeNull()
    expect(readKey(press('ArrowLeft', { altKey: true }), 'page')).toBeNull()
  })
})

describe('preview pictures', () => {
  const vtt = [
    'WEBVTT',
    '',
    '00:00.000 --> 00:02.000',
    'storyboard-0.jpg#xywh=0,0,160,90',
    '',
    'cue 2',
    '00:02.000 --> 01:00:04.500',
    'storyboard-0.jpg#xywh=160,0,160,90',
    '',
    'NOTE not a tile',
    '',
    '00:05.000 --> 00:06.000',
    'words',
  ]

  test.each(['\n', '\r\n'])('reads tiles and their place', newline => {
    const tiles = parseStoryboard(vtt.join(newline), 'https://edge.test/t/x/v/y/storyboard.vtt')
    expect(tiles).toHaveLength(2)
    expect(tiles[1]).toEqual({
      startSeconds: 2,
      endSeconds: 3604.5,
      url: 'https://edge.test/t/x/v/y/storyboard-0.jpg',
      x: 160,
      y: 0,
      width: 160,
      height: 90,
    })
    expect(tileAt(tiles, 1)).toBe(tiles[0])
    expect(tileAt(tiles, 9999)).toBe(tiles[1])
    expect(tileAt([], 1)).toBeNull()
  })
})

test('the player picks itself up a few times, and anew after a good while', () => {
  let now = 0
  const patient = createPatient(() => now)
  expect([patient.next(), patient.next(), patient.next(), patient.next()]).toEqual([
    0,
    2000,
    5000,
    null,
  ])
  now = 100
  expect(patient.next()).toBe(0)
})
