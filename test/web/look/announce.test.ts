// What a screen reader hears: one sentence every few seconds, of each matter the newest, and the same sentence again when it is said again.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { announce, spoken } from '../../../web/src/look/announce.tsx'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.runAllTimers()
  vi.useRealTimers()
})

/** What is heard from now on, until nothing waits any more. */
function hearAll(): string[] {
  const heard: string[] = []
  const stop = spoken.subscribe(sentence => void heard.push(sentence))
  vi.runAllTimers()
  stop()
  return heard
}

it('says of each matter only the newest, whatever its words begin with', () => {
  announce('Uploads are shown.')
  announce('1 selected', 'selection')
  announce('lake.mp4: 25%', 'lake.mp4')
  announce('2 selected', 'selection')
  announce('lake.mp4 is ready')
  expect(hearAll()).toEqual([
    'Uploads are shown.',
    'lake.mp4: 25%',
    '2 selected',
    'lake.mp4 is ready',
  ])
})

it('says the same sentence aloud a second time', () => {
  announce('The video is back.')
  const [first] = hearAll()
  announce('The video is back.')
  const [second] = hearAll()
  expect(first).toBe('The video is back.')
  expect(second).not.toBe(first)
  expect(second?.trim()).toBe(first)
})
