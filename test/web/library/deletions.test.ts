// Deleting with second thoughts: nothing goes out before its time, few requests at once, and everything when the page is left.
import { beforeEach, expect, test } from 'vitest'
import { createDeletions, undoMs } from '../../../web/src/library/deletions.ts'

let asked: { videoId: string; leaving: boolean; answer: (fails?: boolean) => void }[]
let removed: string[]
let refused: string[]
let timers: { ms: number; action: () => void }[]

function open() {
  return createDeletions({
    remove: (videoId, leaving) =>
      new Promise((resolve, reject) => {
        asked.push({ videoId, leaving, answer: fails => (fails ? reject(new Error()) : resolve()) })
      }),
    onRemoved: videoId => removed.push(videoId),
    onRefused: videoId => refused.push(videoId),
    later(ms, action) {
      const timer = { ms, action }
      timers.push(timer)
      return () => {
        timers = timers.filter(other => other !== timer)
      }
    },
  })
}
const timeIsOver = () => {
  for (const { action } of timers.splice(0)) action()
}
const settle = () => new Promise(resolve => setTimeout(resolve, 0))
const names = () => asked.map(({ videoId }) => videoId)

beforeEach(() => {
  asked = []
  removed = []
  refused = []
  timers = []
})

test('a video leaves the screen at once and the server after ten seconds', async () => {
  const deletions = open()
  const deletion = deletions.begin(['a'])
  expect([...deletions.hidden.value]).toEqual(['a'])
  expect(timers.map(({ ms }) => ms)).toEqual([undoMs])
  expect(asked).toEqual([])
  timeIsOver()
  expect(names()).toEqual(['a'])
  expect(deletion.undo()).toBe(false)
  expect([...deletions.hidden.value]).toEqual(['a'])
  asked[0]?.answer()
  await settle()
  expect(removed).toEqual(['a'])
  expect(deletions.hidden.value.size).toBe(0)
})

test('called back, nothing has been, and the others go on', () => {
  const deletions = open()
  const first = deletions.begin(['a', 'b'])
  const second = deletions.begin(['c'])
  expect(deletions.last()).toBe(second)
  expect(first.undo()).toBe(true)
  expect(first.undo()).toBe(false)
  expect(deletions.isWaiting(first)).toBe(false)
  expect([...deletions.hidden.value]).toEqual(['c'])
  timeIsOver()
  expect(names()).toEqual(['c'])
})

test('the clock stands while somebody is about to press the button', () => {
  const deletion = open().begin(['a'])
  deletion.hold()
  expect(timers).toEqual([])
  deletion.letGo()
  deletion.letGo()
  expect(timers).toHaveLength(1)
  timeIsOver()
  expect(names()).toEqual(['a'])
  deletion.letGo()
  expect(timers).toEqual([])
})

test('of many, a few are asked at a time', async () => {
  const deletions = open()
  deletions.begin(['a', 'b', 'c', 'd', 'e'])
  timeIsOver()
  expect(names()).toEqual(['a', 'b', 'c'])
  asked[1]?.answer()
  await settle()
  expect(names()).toEqual(['a', 'b', 'c', 'd'])
  expect([...deletions.hidden.value].sort()).toEqual(['a', 'c', 'd', 'e'])
})

test('one the server will not delete is on the screen again', async () => {
  const deletions = open()
  deletions.begin(['a', 'b'])
  timeIsOver()
  asked[0]?.answer(true)
  asked[1]?.answer()
  await settle()
  expect([refused, removed]).toEqual([['a'], ['b']])
  expect(deletions.hidden.value.size).toBe(0)
})

test('when the page is left, all that waits goes out by requests that outlive it', () => {
  const deletions = open()
  deletions.begin(['a', 'b', 'c', 'd'])
  timeIsOver()
  deletions.begin(['e', 'f'])
  deletions.flush()
  expect(names()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  expect(asked.map(({ leaving }) => leaving)).toEqual([false, false, false, true, true, true])
  expect(timers).toEqual([])
  deletions.flush()
  expect(asked).toHaveLength(6)
})

test('of more than a browser lets outlive a page, the rest goes on while the page is only hidden', async () => {
  const deletions = open()
  deletions.begin(Array.from({ length: 203 }, (_, n) => `v${n}`))
  deletions.flush()
  expect(asked).toHaveLength(200)
  for (const { answer } of asked.slice(0, 200)) answer()
  await settle()
  expect(names().slice(200)).toEqual(['v200', 'v201', 'v202'])
})
