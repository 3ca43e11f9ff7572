// Parameter sets as encoders write them, read to the picture a decoder shows.
import { describe, expect, it } from 'vitest'
import { readSps } from '../../transcoder/sps.ts'

const set = (hex: string) => readSps(Buffer.from(hex, 'hex'))

describe('readSps', () => {
  it.each([
    // x264, baseline: order of pictures by type 2, a byte that keeps start codes away.
    {
      hex: '6742c00dda05067e7c0440000003004000000f03c50aa8',
      facts: { profileLevel: '42C00D', width: 320, height: 180, pixelAspect: 1 },
    },
    {
      hex: '67640028acd940780227e5c044000003000400000300c83c60c658',
      facts: { profileLevel: '640028', width: 1920, height: 1080, pixelAspect: 1 },
    },
    // Fields, and pixels that are not square.
    {
      hex: '6764001eacd940b424dff8020001688000000300800000190f8a14cb',
      facts: { profileLevel: '64001E', width: 720, height: 576, pixelAspect: 64 / 45 },
    },
    // 4:2:2 of ten bits, with scaling lists.
    {
      hex: '677a0015b6cd941b1fe4f0110000030001000003003c0f162d96',
      facts: { profileLevel: '7A0015', width: 426, height: 240, pixelAspect: 1 },
    },
  ])('$facts.width x $facts.height of $facts.profileLevel', ({ hex, facts }) => {
    expect(set(hex)).toEqual(facts)
  })

  it('ends in check-failed when it is cut off', () => {
    expect(() => set('6742c00dda')).toThrow(expect.objectContaining({ code: 'check-failed' }))
  })
})
