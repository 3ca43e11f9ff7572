// Staying with a film for hours, and getting ready for the next one: tokens renewed in time, sleep noticed, pointers believed.
import { describe, expect, test } from 'vitest'
import type { PlaybackView } from '../../../domain/video.ts'
import { createRenewal } from '../../../web/src/watch/player/renewal.ts'
import { createPreparing } from '../../../web/src/watch/preparing.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const minutes = (n: number) => n * 60_000
const atMinute = (n: number) => new Date(start + minutes(n)).toISOString()

describe('renewal', () => {
  function open(lifeMinutes: number) {
    let nowMs = start
    let answers = true
    const seen: string[] = []
    const renewal = createRenewal(atMinute(lifeMinutes), {
      async renew() {
        seen.push('asked')
        if (!answers) throw new Error('no network')
        const expiresAt = new Date(nowMs + minutes(lifeMinutes)).toISOString()
        return { url: '/t/new/v/x/main.m3u8', expiresAt }
      },
      onRenewed: url => void seen.push(url),
      onWoken: () => void seen.push('woken'),
      nowMs: () => nowMs,
    })
    /** Time as it passes: looked at every few seconds. */
    async function pass(ms: number) {
      for (const end = nowMs + ms; nowMs < end; ) {
        nowMs = Math.min(end, nowMs + 5_000)
        await renewal.tick()
      }
    }
    return {
      ...{ renewal, seen, pass },
      sleep(ms: number) {
        nowMs += ms
      },
      answer(on: boolean) {
        answers = on
      },
    }
  }

  test('before the end, once, and again before the end of the next', async () => {
    const { seen, pass } = open(60)
    await pass(minutes(49))
    expect(seen).toEqual([])
    await pass(minutes(2))
    expect(seen).toEqual(['asked', '/t/new/v/x/main.m3u8'])
    await pass(minutes(48))
    expect(seen).toHaveLength(2)
    await pass(minutes(3))
    expect(seen).toHaveLength(4)
  })

  test('without an answer it asks again after a while, not at every look', async () => {
    const { seen, pass, answer } = open(60)
    answer(false)
    await pass(minutes(51))
    const tries = seen.length
    expect(tries).toBeGreaterThan(1)
    expect(tries).toBeLessThan(6)
    answer(true)
    await pass(minutes(1))
    expect(seen.at(-1)).toBe('/t/new/v/x/main.m3u8')
  })

  test('after a night of sleep the token first, then the lists', async () => {
    const { renewal, seen, sleep } = open(60)
    sleep(minutes(9 * 60))
    await renewal.tick()
    expect(seen).toEqual(['asked', '/t/new/v/x/main.m3u8', 'woken'])
  })

  test('a page that is hidden looks once a minute, and has not slept', async () => {
    const { renewal, seen, sleep } = open(600)
    for (let turn = 0; turn < 5; turn++) {
      sleep(minutes(1))
      await renewal.tick()
    }
    expect(seen).toEqual([])
  })

  test('refused, it asks at once, but not in a circle', async () => {
    const { renewal, seen } = open(600)
    await Promise.all([renewal.refused(), renewal.refused()])
    await renewal.refused()
    expect(seen).toEqual(['asked', '/t/new/v/x/main.m3u8'])
  })
})

describe('getting ready', () => {
  function open(more: Partial<PlaybackView> = {}) {
    let nowMs = start
    const asked: string[] = []
    const prepared: { videoId: string; signal: AbortSignal }[] = []
    let waiting: (() => void)[] = []
    const preparing = createPreparing({
      api: {
        async openPlayback(videoId) {
          asked.push(videoId)
          return {
            ...{ url: `/t/x/v/${videoId}/main.m3u8`, nativeUrl: '', mp4Url: null },
            ...{ posterUrl: null, storyboardUrl: null, durationSeconds: 60 },
            ...{ growing: false, expiresAt: atMinute(720), ...more },
          }
        },
      },
      loadPrefetch: async () => (videoId, _, signal) => void prepared.push({ videoId, signal }),
      nowMs: () => nowMs,
      later(_, action) {
        waiting.push(action)
        return () => {
          waiting = waiting.filter(other => other !== action)
        }
      },
    })
    return {
      ...{ preparing, asked, prepared },
      pass(ms: number) {
        nowMs += ms
      },
      async rest() {
        for (const action of waiting.splice(0)) action()
        await new Promise(resolve => setTimeout(resolve, 0))
      },
    }
  }

  test('a pointer that rests gets the answer and the first seconds; the answer is kept', async () => {
    const { preparing, asked, prepared, rest, pass } = open()
    preparing.point('a')
    expect(asked).toEqual([])
    await rest()
    expect(asked).toEqual(['a'])
    expect(prepared.map(({ videoId }) => videoId)).toEqual(['a'])
    expect(preparing.take('a')?.url).toBe('/t/x/v/a/main.m3u8')
    preparing.leave()
    preparing.point('a')
    await rest()
    expect(asked).toEqual(['a'])
    pass(minutes(700))
    expect(preparing.take('a')).toBeNull()
  })

  test('a pointer that passes by costs nothing; one that leaves stops what is on its way', async () => {
    const { preparing, asked, prepared, rest } = open()
    preparing.point('a')
    preparing.point('b')
    preparing.leave()
    await rest()
    expect(asked).toEqual([])
    preparing.point('c')
    await rest()
    preparing.leave()
    expect(prepared[0]?.signal.aborted).toBe(true)
  })

  test('what was opened goes on loading', async () => {
    const { preparing, prepared, rest } = open()
    preparing.point('a')
    await rest()
    preparing.open()
    preparing.leave()
    expect(prepared[0]?.signal.aborted).toBe(false)
  })

  test('a finger is sure', async () => {
    const { preparing, asked } = open()
    preparing.point('a', true)
    expect(asked).toEqual(['a'])
  })

  test('of a film that grows the answer is soon another', async () => {
    const { preparing, rest, pass } = open({ growing: true })
    preparing.point('a')
    await rest()
    expect(preparing.take('a')).not.toBeNull()
    pass(5_000)
    expect(preparing.take('a')).toBeNull()
  })
})
