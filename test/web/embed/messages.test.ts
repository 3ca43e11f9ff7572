// What an embedded player obeys, and what its address says: tables, most of them of what is not obeyed.
import { describe, expect, it } from 'vitest'
import { readCommand } from '../../../web/src/embed/messages.ts'
import { readEmbedId, readEmbedOptions } from '../../../web/src/embed/options.ts'
import { embedCode, watchLink } from '../../../web/src/watch/share-text.ts'

const type = 'millrace'
const id = 'v_0123456789abcdefghijAB'

describe('a message to the player', () => {
  it.each([
    [{ type, do: 'play' }, { do: 'play' }],
    [{ type, do: 'pause', seconds: 4 }, { do: 'pause' }],
    [
      { type, do: 'seek', seconds: 12.5 },
      { do: 'seek', seconds: 12.5 },
    ],
    [
      { type, do: 'seek', seconds: -3 },
      { do: 'seek', seconds: 0 },
    ],
    [
      { type, do: 'volume', volume: 7 },
      { do: 'volume', volume: 1 },
    ],
    [
      { type, do: 'volume', muted: true },
      { do: 'volume', muted: true },
    ],
    [{ type, do: 'volume' }, null],
    [{ type, do: 'seek', seconds: '4' }, null],
    [{ type, do: 'seek', seconds: Number.NaN }, null],
    [{ type, do: 'explode' }, null],
    [{ type: 'other', do: 'play' }, null],
    [{ do: 'play' }, null],
    ['play', null],
    [null, null],
    [undefined, null],
  ])('%j is %j', (data, expected) => {
    expect(readCommand(data)).toEqual(expected)
  })
})

describe('the address of a player', () => {
  it.each([
    [`/embed/${id}`, id],
    [`/embed/${id}/`, id],
    [`/embed/${id}/x`, null],
    [`/watch/${id}`, null],
    ['/embed/x', null],
    ['/embed.html', null],
  ])('%s names %s', (path, expected) => {
    expect(readEmbedId(path)).toBe(expected)
  })

  const usual = { startSeconds: 0, autoplay: false, muted: false, controls: true }
  it.each([
    ['', {}],
    ['?t=90', { startSeconds: 90 }],
    ['?t=1m30s', { startSeconds: 90 }],
    ['?t=1:02:03', { startSeconds: 3723 }],
    ['?t=-4', {}],
    ['?t=soon', {}],
    ['?autoplay=1&muted=1', { autoplay: true, muted: true }],
    ['?autoplay=0&muted=no', {}],
    ['?controls=0', { controls: false }],
    ['?controls=1', {}],
  ])('%s says %j', (search, expected) => {
    expect(readEmbedOptions(search)).toEqual({ ...usual, ...expected })
  })
})

describe('what is copied', () => {
  const place = { origin: 'https://video.example', videoId: id, share: null, seconds: 0 }

  it('is the address of the page, from a moment if wanted', () => {
    expect(watchLink(place)).toBe(`https://video.example/watch/${id}`)
    expect(watchLink({ ...place, seconds: 75.9 })).toBe(`https://video.example/watch/${id}?t=75`)
    const share = 's_0123456789abcdefghijkL.0123456789abcdefghijkL'
    expect(watchLink({ ...place, share, seconds: 5 })).toBe(
      `https://video.example/watch/${id}?share=${share}&t=5`,
    )
  })

  it('is code of the picture’s shape, whatever the title', () => {
    const code = embedCode({ ...place, seconds: 3, title: '"><script>&', aspect: 4 / 3 })
    expect(code).toContain(`src="https://video.example/embed/${id}?t=3"`)
    expect(code).toContain('width="640" height="480"')
    expect(code).toContain('title="&#34;&#62;&#60;script&#62;&#38;"')
  })
})
