// What is said of a video's state, and when its player may be opened.
import { expect, test } from 'vitest'
import {
  isWatchable,
  shownRatio,
  stageWords,
  stateWords,
} from '../../../web/src/progress/state-words.ts'
import { someVideo } from './views.ts'

test.each([
  ['uploading', false, 'Unfinished upload'],
  ['queued', true, 'Waiting for a worker'],
  ['processing', true, 'Getting ready · 40% · 30 s left'],
  ['ready', true, 'Ready'],
  ['failed', false, 'Failed'],
  ['deleting', false, 'Being deleted'],
] as const)('a card that is %s: can be watched %s, says «%s»', (state, watchable, words) => {
  const view = someVideo({ state, playable: state === 'processing' })
  expect(isWatchable(view)).toBe(watchable)
  expect(stateWords(view, 30)).toBe(words)
})

test.each([
  [['waiting', 'waiting', 'waiting'], 'Preparing 240p · 1 of 3'],
  [['ready', 'growing', 'waiting'], 'Preparing 480p · 2 of 3'],
  [['ready', 'ready', 'growing'], 'Preparing 720p · 3 of 3'],
  [['ready', 'ready', 'ready'], 'Getting ready'],
  [['growing'], 'Preparing 240p'],
] as const)('the step of rungs that are %j: «%s»', (states, words) => {
  const rungs = states.map((state, index) => ({ height: 240 * (index + 1), state })).reverse()
  expect(stageWords({ state: 'processing', rungs })).toBe(words)
})

test.each([
  [{ receivedBytes: 0, totalBytes: null }, 0, 'Fetching 0 B'],
  [{ receivedBytes: 5e6, totalBytes: null }, 0, 'Fetching 5.0 MB'],
  [{ receivedBytes: 5e6, totalBytes: 20e6 }, 0.25, 'Fetching 5.0 MB of 20.0 MB'],
  [{ receivedBytes: 0, totalBytes: 0 }, 0, 'Fetching 0 B'],
])('a file that is being fetched, %j', (fetched, ratio, words) => {
  const view = someVideo({ state: 'uploading', import: fetched })
  expect(stateWords(view, null)).toBe(words)
  expect(shownRatio(view)).toBe(ratio)
})
