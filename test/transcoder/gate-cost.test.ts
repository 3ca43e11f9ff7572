// What the gate costs before `ready`: an hour of film in the whole ladder, over a store that answers as slowly as S3 does.
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Reader } from '../../transcoder/gate/reader.ts'
import { verify } from '../../transcoder/gate/verify.ts'
import { mainUrl, memoryReader } from '../support/presentation.ts'
import { syntheticFilm } from '../support/synthetic-hour.ts'

const answerMilliseconds = 15

it('asks at most three times for each object of an hour, in seconds', async () => {
  const { files } = syntheticFilm()
  const { reader, asked } = memoryReader(files)
  const slowly =
    <A extends unknown[], R>(ask: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      await wait(answerMilliseconds)
      return ask(...args)
    }
  const slow: Reader = {
    text: reader.text,
    size: slowly(reader.size),
    read: slowly(reader.read),
  }
  const begun = performance.now()
  const verdict = await verify(slow, mainUrl, {
    ...{ fragments: 'ends', atOnce: 16, decode: null, decodesAtOnce: 1 },
  })
  const seconds = (performance.now() - begun) / 1000
  const objects = [...files.keys()].filter(name => name.endsWith('.mp4')).length
  expect(verdict.findings).toEqual([])
  // Five rungs of 1,800 segments, and the sound.
  expect(verdict.segments).toBeGreaterThan(5 * 1800 + 1790)
  expect(asked.sizes + asked.reads).toBeLessThanOrEqual(3 * objects)
  expect(asked.bytes).toBeLessThan(16_384 * objects)
  expect(seconds).toBeLessThan(10)
})

it('asks no more of two hours than of one where it looks at so many objects, and still knows the length of each', async () => {
  const { files } = syntheticFilm(7200)
  const cost = async () => {
    const { reader, asked } = memoryReader(files)
    const options = { fragments: 'ends', atOnce: 16, decode: null, decodesAtOnce: 1 } as const
    const verdict = await verify(reader, mainUrl, { ...options, mostObjects: 40 })
    return { asked, findings: verdict.findings }
  }
  const { asked, findings } = await cost()
  expect(findings).toEqual([])
  // Five rungs and the sound: each object's head and its last fragment's.
  expect(asked.reads).toBeLessThanOrEqual(6 * 40 * 2)
  // Between the first two that are looked at.
  const [name = '', bytes = Buffer.alloc(0)] =
    [...files].filter(([name]) => name.startsWith('480p/'))[7] ?? []
  files.set(name, bytes.subarray(0, -1))
  const short = await cost()
  expect(short.findings.map(({ rule }) => rule)).toContain('range-outside')
})
