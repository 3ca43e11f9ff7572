// The player's decisions: seeking past what exists, keys, preview pictures, picking itself up.
import { signal } from '@preact/signals'
import { describe, expect, test } from 'vitest'
import { chapterAt, chaptersOf } from '../../../web/src/watch/player/chapters.ts'
import { readKey, speedAfter } from '../../../web/src/watch/player/keyboard.ts'
import { createPatient } from '../../../web/src/watch/player/recovery.ts'
import { createSeeker } from '../../../web/src/watch/player/seek.ts'
import { parseStoryboard, tileAt } from '../../../web/src/watch/player/storyboard.ts'
import { createTaps } from '../../../web/src/watch/player/taps.ts'
import { nameOfTrack, trackIn } from '../../../web/src/watch/player/track-choice.ts'
import { decideTurn } from '../../../web/src/watch/player/turning.ts'

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
    ['.', 'page', { do: 'frameBy', frames: 1 }],
    ['<', 'page', { do: 'speedBy', steps: -1 }],
    ['?', 'page', { do: 'keys' }],
    ['T', 'button', { do: 'theatre' }],
    ['f', 'text', null],
    ['x', 'page', null],
  ] as const)('%s on a %s', (key, focus, wish) => {
    expect(readKey(press(key), focus)).toEqual(wish)
  })

  test.each([
    [1, 1, 1.25],
    [2, 1, 2],
    [0.25, -1, 0.25],
    [1.1, 1, 1.25],
  ])('from %f times, %i step leads to %f times', (speed, steps, then) => {
    expect(speedAfter(speed, steps)).toBe(then)
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

describe('fingers', () => {
  const back = { do: 'seekBy', seconds: -10 }
  const on = { do: 'seekBy', seconds: 10 }
  const controls = { do: 'controls' }
  test.each([
    ['one tap', [[0.1, 0]], [controls]],
    [
      'two at the left',
      [
        [0.1, 0],
        [0.2, 200],
      ],
      [controls, back],
    ],
    [
      'three at the right, the last one slow',
      [
        [0.9, 0],
        [0.8, 200],
        [0.9, 800],
      ],
      [controls, on, on],
    ],
    [
      'two with a pause',
      [
        [0.9, 0],
        [0.9, 500],
      ],
      [controls, controls],
    ],
    [
      'two at different sides',
      [
        [0.1, 0],
        [0.9, 200],
      ],
      [controls, controls],
    ],
    [
      'two in the middle',
      [
        [0.5, 0],
        [0.5, 200],
      ],
      [controls, controls],
    ],
  ] as const)('%s', (_, given, meant) => {
    const taps = createTaps()
    expect(given.map(([x, at]) => taps.tap(x, at))).toEqual(meant)
  })
})

describe('a phone that is turned', () => {
  const upright = { landscape: false, playing: true, full: false, byTurning: false }
  test.each([
    ['to its side while it plays', { ...upright, landscape: true }, 'enter'],
    ['to its side while it stands', { ...upright, landscape: true, playing: false }, null],
    ['to its side, full already', { ...upright, landscape: true, full: true }, null],
    ['back', { ...upright, full: true, byTurning: true }, 'leave'],
    ['back, but it was full before', { ...upright, full: true }, null],
  ])('%s', (_, turned, turn) => {
    expect(decideTurn(turned)).toBe(turn)
  })
})

describe('languages', () => {
  const track = (id: number, language: string | null, name = '') => ({ id, language, name })
  const all = [track(0, 'en'), track(1, 'de-AT'), track(2, null, 'Director')]

  test.each([
    ['de', 1],
    ['DE-at', 1],
    ['en-GB', 0],
    ['fr', null],
    [null, null],
  ])('a viewer of %s', (language, id) => {
    expect(trackIn(all, language)?.id ?? null).toBe(id)
  })

  test.each([
    [track(0, 'de', 'Audio 2'), 'en', 'German'],
    [track(0, 'deu', ''), 'de', 'Deutsch'],
    [track(0, 'en', 'Director'), 'en', 'English (Director)'],
    [track(0, null, 'Audio 1'), 'en', 'Audio 1'],
    [track(0, 'und', 'Audio 1'), 'en', 'Audio 1'],
    [track(0, 'not a tag', 'Odd'), 'en', 'Odd'],
  ])('is told %o in %s', (one, locale, words) => {
    expect(nameOfTrack(one, locale)).toBe(words)
  })
})

test('chapters in order, without those that are none', () => {
  const chapters = chaptersOf([
    { startTime: 60, endTime: 90, text: ' Middle ' },
    { startTime: 0, endTime: 60, text: 'Beginning' },
    { startTime: 90, endTime: 90, text: 'Nothing' },
    { startTime: 90, endTime: 99 },
  ])
  expect(chapters.map(({ title }) => title)).toEqual(['Beginning', 'Middle'])
  expect(chapterAt(chapters, 60)?.title).toBe('Middle')
  expect(chapterAt(chapters, 95)).toBeNull()
})

test('the player picks itself up a few times, and anew after a good while', () => {
  let now = 0
  const patient = createPatient(() => now)
  const pauses = Array.from({ length: 12 }, () => patient.next())
  expect(pauses.slice(0, 3)).toEqual([0, 2000, 3000])
  // Whoever comes back is found within three seconds; who does not is given up within half a minute.
  expect(Math.max(...pauses.map(Number))).toBe(3000)
  expect(pauses.reduce((sum: number, pause) => sum + (pause ?? 0), 0)).toBeLessThan(30_000)
  expect(pauses.at(-1)).toBeNull()
  now = 100
  expect(patient.next()).toBe(0)
})
