// What is remembered of unfinished uploads past a reload.
import { expect, test } from 'vitest'
import { createUnfinishedList } from '../../../web/src/upload/unfinished.ts'

const file = { name: 'lake.mp4', size: 100, lastModified: 5 }
const hour = 3600 * 1000

function open(stored: Map<string, string>, now = () => 0) {
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
  return createUnfinishedList(storage, now)
}

test('survives a reload, newest first, each upload once', () => {
  const stored = new Map<string, string>()
  const list = open(stored)
  list.remember('v_1', file, 10)
  list.remember('v_2', { ...file, name: 'hill.mp4' }, 0)
  list.remember('v_1', file, 60)
  const read = open(stored).list.value
  expect(read.map(({ videoId, sentBytes }) => [videoId, sentBytes])).toEqual([
    ['v_1', 60],
    ['v_2', 0],
  ])
  expect(read[0]?.fingerprint).toBe('100-5-lake.mp4')
})

test('hears of what another tab has begun and finished', () => {
  const stored = new Map<string, string>()
  const [here, there] = [open(stored), open(stored)]
  there.remember('v_1', file, 10)
  expect(here.list.value).toEqual([])
  here.readAgain()
  expect(here.list.value.map(entry => entry.videoId)).toEqual(['v_1'])
  there.forget('v_1')
  here.readAgain()
  expect(here.list.value).toEqual([])
})

test('is forgotten when finished, and after the week the server keeps it', () => {
  const stored = new Map<string, string>()
  const list = open(stored)
  list.remember('v_1', file, 10)
  list.remember('v_2', file, 10)
  list.forget('v_1')
  expect(list.list.value.map(entry => entry.videoId)).toEqual(['v_2'])
  expect(open(stored, () => 6 * 24 * hour).list.value).toHaveLength(1)
  expect(open(stored, () => 8 * 24 * hour).list.value).toEqual([])
})

test('a clock that is put off by a day, forwards or back, forgets nothing', () => {
  const stored = new Map<string, string>()
  open(stored, () => 48 * hour).remember('v_1', file, 10)
  expect(open(stored, () => 24 * hour).list.value).toHaveLength(1)
  expect(open(stored, () => 72 * hour).list.value).toHaveLength(1)
})

test.each(['', '{', '{"a":1}', '[1, null, {"videoId": "v_1"}]'])(
  'a foreign note (%s) is no reminder',
  text => {
    expect(open(new Map([['millrace.unfinished', text]])).list.value).toEqual([])
  },
)

test('a browser that forbids its storage costs the reminder past a reload, nothing else', () => {
  const denied = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  const list = createUnfinishedList({ getItem: denied, setItem: denied }, () => 0)
  list.remember('v_1', file, 10)
  expect(list.list.value).toHaveLength(1)
})
