// The gate before paths that mean something else to somebody behind it: none of them leads anywhere.
import { beforeAll, describe, expect, it } from 'vitest'
import { goodToken, other, uriAfter, video } from '../support/gate.ts'

let token: string
beforeAll(async () => {
  token = await goodToken()
})

describe('paths that lead nowhere', () => {
  it.each([
    ['the bare video', () => `/v/${video}/1/main.m3u8`],
    ['the folder', () => `/t/${token}/v/${video}/`],
    ['no folder', () => `/t/${token}/v/${video}`],
    ["a neighbour's folder", () => `/t/${token}/v/${other}/1/main.m3u8`],
    ['dots to a neighbour', () => `/t/${token}/v/${video}/../${other}/1/main.m3u8`],
    ['encoded dots', () => `/t/${token}/v/${video}/%2e%2e/${other}/1/main.m3u8`],
    ['half encoded dots', () => `/t/${token}/v/${video}/.%2E/${other}/1/main.m3u8`],
    ['one dot', () => `/t/${token}/v/${video}/./1/main.m3u8`],
    ['a hidden name', () => `/t/${token}/v/${video}/1/.main.m3u8`],
    ['a double slash', () => `/t/${token}/v/${video}//1/main.m3u8`],
    ['a double slash in front', () => `//t/${token}/v/${video}/1/main.m3u8`],
    ['an encoded slash', () => `/t/${token}/v/${video}%2f1/main.m3u8`],
    ['a doubly encoded slash', () => `/t/${token}/v/${video}/1%252fmain.m3u8`],
    ['a backslash', () => `/t/${token}/v/${video}\\..\\${other}/1/main.m3u8`],
    ['an encoded backslash', () => `/t/${token}/v/${video}/..%5c${other}/1/main.m3u8`],
    ['a parameter', () => `/t/${token}/v/${video};a=b/1/main.m3u8`],
    ['a trailing slash', () => `/t/${token}/v/${video}/1/main.m3u8/`],
    ['a line break at the end', () => `/t/${token}/v/${video}/1/main.m3u8\n`],
    ['an encoded line break', () => `/t/${token}/v/${video}/1/main.m3u8%0a`],
    ['a zero byte', () => `/t/${token}/v/${video}/1/main.m3u8\0.jpg`],
    ['a T', () => `/T/${token}/v/${video}/1/main.m3u8`],
    ['a V', () => `/t/${token}/V/${video}/1/main.m3u8`],
    ['another kind', () => `/t/${token}/x/${video}/1/main.m3u8`],
    ['both kinds', () => `/t/${token}/v/p/${video}/1/main.m3u8`],
    ['two tokens', () => `/t/${token}/t/${token}/v/${video}/1/main.m3u8`],
    ['something in front', () => `/x/t/${token}/v/${video}/1/main.m3u8`],
    ['a name beyond ASCII', () => `/t/${token}/v/${video}/1/mäin.m3u8`],
    ['a space', () => `/t/${token}/v/${video}/1/main .m3u8`],
    ['one more character than is read', () => longUri(2049)],
    ['dots encoded twice', () => `/t/${token}/v/${video}/%252e%252e/${other}/1/main.m3u8`],
    ['dots encoded beyond UTF-8', () => `/t/${token}/v/${video}/%c0%ae%c0%ae/${other}/1/main.m3u8`],
    ['a parameter behind the token', () => `/t/${token};x/v/${video}/1/main.m3u8`],
    ['a parameter on a segment', () => `/t/${token}/v/${video}/1/main.m3u8;x=.mp4`],
    ['a query in the path', () => `/t/${token}/v/${video}/1/main.m3u8?x`],
    ['an encoded question mark', () => `/t/${token}/v/${video}/1/main.m3u8%3fx`],
    ['a fragment', () => `/t/${token}/v/${video}/1/main.m3u8#x`],
    ['an encoded first letter', () => `/%74/${token}/v/${video}/1/main.m3u8`],
    ['an encoded video', () => `/t/${token}/v/${video.replace('v', '%76')}/1/main.m3u8`],
    ['the video in another case', () => `/t/${token}/v/${video.toUpperCase()}/1/main.m3u8`],
    ['wide dots', () => `/t/${token}/v/${video}/\u2025/${other}/1/main.m3u8`],
    ['a wide slash', () => `/t/${token}/v/${video}\uff0f1/main.m3u8`],
    ['a tab', () => `/t/${token}/v/${video}/1/main\t.m3u8`],
    ['nothing', () => ''],
    ['the root', () => '/'],
    ['a whole address', () => `http://edge/t/${token}/v/${video}/1/main.m3u8`],
  ])('%s', async (_name, path) => {
    expect(await uriAfter(path())).toBe('403')
  })

  it('of the longest length that is read opens, one character more does not', async () => {
    expect(await uriAfter(longUri(2048))).toMatch(`/v/${video}/1/`)
    expect(await uriAfter(longUri(2049))).toBe('403')
  })

  it('takes no time over a hostile length', async () => {
    const start = performance.now()
    await uriAfter(`/t/${token}/v/${video}${'/a'.repeat(1_000_000)}!`)
    await uriAfter(`/t/${'a-'.repeat(900)}`)
    expect(performance.now() - start).toBeLessThan(100)
  })
})

function longUri(length: number): string {
  const start = `/t/${token}/v/${video}/1/`
  return start + 'a'.repeat(length - start.length)
}
