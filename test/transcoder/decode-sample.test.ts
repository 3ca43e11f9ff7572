// Sampled segments go to the decoder a few at a time, and the one it complains of is named.
import { expect, it } from 'vitest'
import { verify } from '../../transcoder/gate/verify.ts'
import { mainUrl, memoryReader } from '../support/presentation.ts'
import { syntheticFilm } from '../support/synthetic-hour.ts'

const mark = 0xee

/** Twenty seconds in five rungs and sound; a decoder that complains of the mark. */
async function look(broken: readonly string[]) {
  const { files, tracks } = syntheticFilm(20)
  for (const track of broken) {
    const [name = ''] = [...files.keys()].filter(key => key.startsWith(`${track}/`)).slice(1)
    const file = files.get(name) ?? Buffer.alloc(0)
    file.fill(mark, file.byteLength - 1)
  }
  const together: number[] = []
  const verdict = await verify(memoryReader(files).reader, mainUrl, {
    ...{ fragments: 'all', atOnce: 4, decodesAtOnce: 2, decodeEvery: true },
    async decode(segments) {
      together.push(segments.length)
      return segments.some(bytes => bytes.at(-1) === mark) ? 'does not decode' : null
    },
  })
  return { ...verdict, together, tracks }
}

it('six at a time where nothing is wrong, each of them once', async () => {
  const { decoded, segments, together, findings } = await look([])
  expect(findings).toEqual([])
  expect(decoded).toBe(segments)
  expect(together.reduce((sum, count) => sum + count)).toBe(segments)
  expect(together).toHaveLength(Math.ceil(segments / 6))
})

it('each of a few alone where one of them is wrong, so that it has a name', async () => {
  const { findings, together, segments } = await look(['480p', '720p'])
  expect(findings.map(({ rule, path, segment }) => [rule, path, segment])).toEqual([
    ['decode', '480p.m3u8', 1],
    ['decode', '720p.m3u8', 1],
  ])
  // Both lie in one batch: they are of one moment.
  expect(together.filter(count => count === 1)).toHaveLength(6)
  expect(together.reduce((sum, count) => sum + count)).toBe(segments + 6)
})
