// A file of several copied chunks is divided by its heads alone: the same facts as of its bytes in memory, and damage of any
// kind ends in `check-failed`.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { box, u32 } from '../../transcoder/box-writing.ts'
import { cutOut, packParts } from '../../transcoder/copied-parts.ts'
import { nalUnit } from '../../transcoder/fragment-file.ts'
import { packVideo } from '../../transcoder/pack.ts'
import { fragment, videoInit } from '../support/boxes.ts'
import { readPacked } from '../support/media.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'copied-parts-'))
})
afterAll(() => rm(folder, { recursive: true }))

const written = async (name: string, bytes: Uint8Array) => {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

/** Units of a few bytes at the beginning of a fragment's mdat. */
function withUnits(bytes: Buffer, kinds: readonly number[]): Buffer {
  let at = bytes.lastIndexOf('mdat') + 4
  for (const kind of kinds) {
    bytes.writeUInt32BE(6, at)
    bytes.writeUInt8(0x60 | kind, at + 4)
    at += 10
  }
  return bytes
}

const { idr, slice, sps } = nalUnit
const openings = [[sps, 8, idr], [9, sps, idr], [sps, slice, idr], [slice], [sps, idr]]
const parts = openings.map((kinds, index) => {
  const bytes = fragment({
    startTicks: 1024 * index,
    sampleTicks: 512,
    sizes: [20_000, 40 + index],
  })
  return withUnits(bytes, kinds)
})
const init = videoInit()
const whole = Buffer.concat([init, ...parts])

type Case = [string, Uint8Array, number[]]

describe('a file of several chunks', () => {
  it('is divided where they end, with the facts and units of each', async () => {
    const path = await written('whole.mp4', whole)
    const chunks = await packParts(path, [2, 1, 2])
    const groups = [parts.slice(0, 2), parts.slice(2, 3), parts.slice(3)]
    for (const [index, group] of groups.entries()) {
      const bytes = Buffer.concat([init, ...group])
      await written('one.mp4', bytes)
      const alone = await packVideo(folder, 'one')
      const packed = chunks[index]?.packed
      if (!packed) throw new Error('missing')
      const { ranges } = packed
      expect(packed).toEqual({ ...alone, path, ranges })
      expect(await readPacked(packed)).toEqual(bytes)
      expect(await readFile(await cutOut(packed, join(folder, 'cut.mp4')))).toEqual(bytes)
    }
    const units = chunks.flatMap(({ entryUnits }) => entryUnits.map(kinds => [...kinds]))
    expect(units).toEqual([[sps, 8, idr], [9, sps, idr], [sps, slice], [slice], [sps, idr]])
  })

  it('leaves what is too many with the last one', async () => {
    const path = await written('many.mp4', whole)
    const chunks = await packParts(path, [1, 1])
    expect(chunks.map(({ packed }) => packed.fragments.length)).toEqual([1, 4])
  })

  it.each([
    ['has fewer fragments than chunks', whole, [4, 1, 1]],
    ['has no init section', Buffer.concat(parts), [5]],
    ['ends in another box', Buffer.concat([whole, box('free', u32(0))]), [5]],
    ['has an mdat without its moof', Buffer.concat([whole, box('mdat', u32(0))]), [5]],
    ...[1, 9, 60, 20_150].map(
      (cut): Case => [`ends ${cut} bytes early`, whole.subarray(0, -cut), [5]],
    ),
  ] satisfies Case[])('is refused where it %s', async (_, bytes, counts) => {
    const path = await written('wrong.mp4', bytes)
    await expect(packParts(path, counts)).rejects.toMatchObject({ code: 'check-failed' })
  })

  it('ends in facts or in check-failed, whatever the bytes are', async () => {
    const small = Buffer.concat([init, ...parts.slice(3)])
    const head = init.byteLength + 200
    const damage = fc.array(fc.tuple(fc.nat(head), fc.nat(255)), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(damage, async changes => {
        const bytes = Buffer.from(small)
        for (const [at, value] of changes) bytes[at] = value
        const path = await written('damaged.mp4', bytes)
        await packParts(path, [1, 1]).catch(thrown => {
          if (!(thrown instanceof MillraceError && thrown.code === 'check-failed')) throw thrown
        })
      }),
      { numRuns: 60 },
    )
  })
})
