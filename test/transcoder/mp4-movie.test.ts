// The head of the MP4 people download where its samples lie beyond what 32 bits count: 64-bit offsets, and only there.
import { describe, expect, it } from 'vitest'
import { type Box, Bytes, boxAt, boxesOf, findBox } from '../../transcoder/boxes.ts'
import { readInit } from '../../transcoder/fragments.ts'
import { writeHead } from '../../transcoder/mp4-movie.ts'
import { createSampleTable } from '../../transcoder/sample-table.ts'
import { videoInit } from '../support/boxes.ts'

const section = videoInit()
const init = readInit(section)
const trak = boxAt(new Bytes(section, 'init section'), 'moov', 'trak')
const fourGibibytes = 2 ** 32
const room = 20_000

/** A movie of fragments of one sample that begin at these offsets, counted from the first. */
function headOf(offsets: readonly number[], dataBytes: number, inRoom: number | null) {
  const table = createSampleTable()
  for (const [index, offset] of offsets.entries()) {
    const sample = { duration: 512, size: 1000, flags: 0x2000000, compositionOffset: 1024 }
    table.add({ startTicks: 512 * index, dataStart: 0, samples: [sample] }, offset)
  }
  const head = writeHead({ tracks: [{ init, trak, language: null, table }], dataBytes }, inRoom)
  // The last header is that of an mdat whose body is not here.
  const data = new Bytes(head.subarray(-16), 'mdat')
  const boxes = boxesOf(new Bytes(head.subarray(0, -16), 'head'))
  const moov = boxes.find(({ type }) => type === 'moov') as Box
  const stbl = boxAt(moov.body, 'trak', 'mdia', 'minf', 'stbl')
  return { bytes: head.byteLength, data, stco: findBox(stbl, 'stco'), co64: findBox(stbl, 'co64') }
}

describe('a film of more than 4 GiB', () => {
  it('has its offsets and the length of its data in 64 bits', () => {
    const offsets = [0, fourGibibytes - room, fourGibibytes + 12_345, 3 * fourGibibytes]
    const dataBytes = 3 * fourGibibytes + 1000
    const { bytes, data, stco, co64 } = headOf(offsets, dataBytes, room)
    expect(bytes).toBe(room)
    expect(stco).toBeUndefined()
    expect(co64?.u32(4)).toBe(offsets.length)
    expect(offsets.map((_, index) => co64?.u64(8 + 8 * index))).toEqual(
      offsets.map(offset => room + offset),
    )
    expect([data.u32(0), data.fourcc(4), data.u64(8)]).toEqual([1, 'mdat', 16 + dataBytes])
  })
})

describe('a film of just less', () => {
  it.each([
    ['is counted in 32 bits up to the last byte that they count', fourGibibytes - room - 1, true],
    ['and in 64 from the next one on', fourGibibytes - room, false],
  ])('%s', (_, dataBytes, isShort) => {
    const { stco, co64, data } = headOf([0, dataBytes - 1000], dataBytes, room)
    expect([stco !== undefined, co64 !== undefined]).toEqual([isShort, !isShort])
    const last = isShort ? stco?.u32(12) : co64?.u64(16)
    expect(last).toBe(room + dataBytes - 1000)
    expect(data.u64(8)).toBe(16 + dataBytes)
  })

  it('has a head as long as it is where nothing was sent before', () => {
    const { bytes, stco } = headOf([0, 5000], 6000, null)
    expect(bytes).toBeLessThan(2000)
    expect([stco?.u32(8), stco?.u32(12)]).toEqual([bytes, bytes + 5000])
  })
})
