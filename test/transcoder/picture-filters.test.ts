// What stands between decoder and ladder, for every kind of picture.
import { describe, expect, test } from 'vitest'
import type { VideoFacts } from '../../transcoder/stream-facts.ts'
import { planOf } from '../support/probed.ts'

describe('filters', () => {
  const filtersOf = (video: Partial<VideoFacts>, canToneMap = true) =>
    planOf({ video, canToneMap }).video.filters.join(',')

  test.each<[string, Partial<VideoFacts>, string]>([
    ['BT.709', {}, ''],
    ['HD that says nothing', { matrix: 'unknown' }, ''],
    [
      'SD that says nothing',
      { matrix: 'unknown', width: 720, height: 576 },
      'scale=in_color_matrix=bt601:out_color_matrix=bt709:out_range=tv',
    ],
    [
      'BT.601',
      { matrix: 'smpte170m' },
      'scale=in_color_matrix=bt601:out_color_matrix=bt709:out_range=tv',
    ],
    [
      'RGB',
      { matrix: 'gbr', pixelFormat: 'gbrp' },
      'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p',
    ],
    ['interlaced', { fieldOrder: 'tt' }, 'bwdif=mode=send_frame:parity=auto:deint=interlaced'],
  ])('%s', (_name, video, filters) => {
    expect(filtersOf(video)).toBe(filters)
  })

  test('HDR is mapped to BT.709, whichever of its two kinds', () => {
    for (const transfer of ['smpte2084', 'arib-std-b67']) {
      const filters = filtersOf({ transfer, matrix: 'bt2020nc', primaries: 'bt2020' })
      expect(filters).toMatch(
        new RegExp(`^zscale=transferin=${transfer}:.*tonemap=.*,format=yuv420p$`),
      )
    }
    expect(filtersOf({ transfer: 'smpte2084', width: 641, height: 361 })).toMatch(
      /^format=yuv444p10le,.*,format=yuv444p$/,
    )
  })

  test('interlaced and HDR at once: fields first', () => {
    expect(filtersOf({ fieldOrder: 'bb', transfer: 'arib-std-b67' })).toMatch(/^bwdif=.*,zscale=/)
  })

  test('nothing from the file gets into a filter', () => {
    const odd = "x';movie=/etc/passwd"
    expect(
      filtersOf({ matrix: odd, transfer: odd, primaries: odd, pixelFormat: odd, fieldOrder: odd }),
    ).toBe('')
  })
})
