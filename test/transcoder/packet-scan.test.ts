// Packet lines as a table: what is cut off of them, and which clocks are refused in words.
import { describe, expect, test } from 'vitest'
import { rational } from '#domain/rational.ts'
import { checkScan, firstSeconds, readPackets } from '../../transcoder/packet-scan.ts'

const lines = (times: number[]) => times.map(at => `${at},${at},40,K__`).join('\n')
const scanOf = (times: number[]) => readPackets(lines(times), rational(1, 1000))

describe('a clock', () => {
  test.each([
    ['at once', [0, 40, 5000, 0, 40]],
    ['a day later, as it seems', [0, 40, 95_443_718, 95_443_758]],
  ])('that starts again %s is refused with what to do', (_name, times) => {
    expect(() => checkScan(scanOf(times))).toThrow(
      expect.objectContaining({
        code: 'unsupported-source',
        message: expect.stringMatching(/clock starts again.*Upload them one by one/),
      }),
    )
  })

  test('of one picture a second whose frames are reordered is one clock', () => {
    // Matroska says when a frame is shown; FFmpeg works out when the later ones are decoded.
    const text = ['0,N/A', '4000,N/A', '2000,0', '1000,1000', '3000,2000'].map(
      at => `${at},1000,___`,
    )
    expect(() => checkScan(readPackets(text.join('\n'), rational(1, 1000)))).not.toThrow()
  })

  test('that falls back a little goes on', () => {
    expect(() => checkScan(scanOf([0, 1000, 200, 1040]))).not.toThrow()
  })
})

test('the first seconds are those that are shown in them, in the order of decoding', () => {
  const { table } = readPackets(
    ['1000,900,40,K__', '3000,940,40,___', '2000,980,40,___', '2999,1020,40,K__'].join('\n'),
    rational(1, 1000),
  )
  const { pts, dts, keyframes } = firstSeconds(table, 2)
  expect([...Array.from(pts)]).toEqual([1000, 2000, 2999])
  expect([...Array.from(dts)]).toEqual([900, 980, 1020])
  expect([...Array.from(keyframes)]).toEqual([0, 2])
})
