// Where sound ends by its packets, and when they are not even listed.
import { describe, expect, it } from 'vitest'
import { rational } from '#domain/rational.ts'
import type { Ffmpeg } from '../../transcoder/ffmpeg.ts'
import { lastTick, withEnds, withReadEnds } from '../../transcoder/sound-end.ts'
import { sound } from '../support/probed.ts'

describe('the last packet', () => {
  it.each([
    ['the latest end, in any order', '0,0,20,K_\n40,40,20,K_\n20,20,20,K_\n', null, 60],
    ['nothing', '', null, null],
    ['discarded ones do not count', '0,0,20,K_\n20,20,20,KD\n', null, 20],
    ['unknown durations and times', '0,N/A,N/A,K_\nN/A,20,20,K_\n', null, 0],
    ['a leap does not count', '100,0,20,K_\n900000,20,20,K_\n120,40,20,K_\n', 90, 140],
    ['nor where it is all there is', '900000,20,20,K_\n', 90, null],
  ])('%s', (_name, lines, from, end) => {
    expect(lastTick(lines, from, 1000)).toBe(end)
  })
})

const request = (lines: string) => {
  const asked: string[][] = []
  const probe = async ({ args }: { args: string[] }) => {
    asked.push(args)
    return lines
  }
  return {
    asked,
    ...{ input: 'http://127.0.0.1:1/source', demuxer: 'mov' as const, sizeBytes: 1 },
    ...{ limits: { maxProbeSeconds: 20 }, signal: new AbortController().signal },
    ffmpeg: { probe } as unknown as Ffmpeg,
  }
}
const endingAt = (seconds: number) => ({ ...sound, lastSeconds: rational(seconds * 100, 100) })

describe('sound beside a picture of ten seconds', () => {
  it('is not listed when its header says that it ends with it', async () => {
    const { asked, ...facts } = request('')
    expect(await withEnds(facts, [endingAt(10.1), { ...sound, lastSeconds: null }], 10)).toEqual([
      ...[
        { ...sound, lastSeconds: null },
        { ...sound, lastSeconds: null },
      ],
    ])
    expect(asked).toEqual([])
  })

  it('is listed from its end on when its header says that it does not', async () => {
    const { asked, ...facts } = request('480000,480000,48000,K_\n')
    const [found] = await withEnds(facts, [endingAt(3600)], 10)
    expect(found?.lastSeconds).toEqual(rational(11))
    expect(asked[0]).toContain('10.000000%')
  })
})

describe('sound alone', () => {
  it('is listed from shortly before the end its header says, and whole where that is wrong', async () => {
    const { asked, ...facts } = request('')
    await withReadEnds(facts, [endingAt(3600)])
    expect(asked.map(args => args.find(arg => arg.endsWith('%')))).toEqual([
      '3590.000000%',
      undefined,
    ])
  })

  it('is listed whole where headers only guess', async () => {
    const { asked, ...facts } = request('0,0,48000,K_\n')
    const [found] = await withReadEnds({ ...facts, demuxer: 'mp3' }, [endingAt(3600)])
    expect(found?.lastSeconds).toEqual(rational(1))
    expect(asked).toHaveLength(1)
  })
})
