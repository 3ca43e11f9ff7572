// The gate where the token comes in a cookie: the same rules, for addresses that say nothing of who may have them.
import { beforeAll, describe, expect, it } from 'vitest'
import { exp, forge, goodToken, nowSeconds, other, sign, uriAfter, video } from '../support/gate.ts'

let token: string
beforeAll(async () => {
  token = await goodToken()
})

describe('the token in a cookie', () => {
  const by = (value: string) => ({ cookies: { 'millrace-playback': { value } } })

  it.each(['v', 'p'])(
    'opens addresses below /c/%s, and is stripped of nothing but that',
    async kind => {
      const path = `/${kind}/${video}/1/main.m3u8`
      expect(await uriAfter(`/c${path}`, by(token))).toBe(path)
    },
  )

  it('opens nothing where it is not looked for, nor does another cookie', async () => {
    const path = `/v/${video}/1/main.m3u8`
    for (const one of [path, `/C${path}`, `/c/c${path}`, `/c/t/${token}${path}`, `//c${path}`]) {
      expect([one, await uriAfter(one, by(token))]).toEqual([one, '403'])
    }
    const cookies = { 'millrace-access': { value: token }, __proto__: { value: token } }
    expect(await uriAfter(`/c${path}`, { cookies })).toBe('403')
    expect(await uriAfter(`/c${path}`)).toBe('403')
    // A good cookie does not make a bad address good.
    expect(await uriAfter(`/t/x${path}`, by(token))).toBe('403')
  })

  it('is held to the same rules', async () => {
    const tokens = [
      '',
      ' ',
      `${token} `,
      `"${token}"`,
      'x'.repeat(100_000),
      await sign({ e: 0, exp: nowSeconds, v: video }),
      await sign({ e: 9, exp, v: other }),
      await sign({ a: '203.0.113', e: 0, exp, v: video }),
      forge({ alg: 'none', typ: 'JWT' }, { e: 0, exp, v: video }),
    ]
    for (const one of tokens) {
      expect([one, await uriAfter(`/c/v/${video}/1/a.mp4`, by(one))]).toEqual([one, '403'])
    }
    const older = await sign({ e: 2, exp, v: other })
    expect(await uriAfter(`/c/v/${other}/1/a.mp4`, by(older))).toBe('403')
    expect(await uriAfter(`/c/v/${video}/../${other}/1/a.mp4`, by(token))).toBe('403')
  })

  it('given twice is not guessed at', async () => {
    const twice = { value: token, multiValue: [{ value: token }, { value: 'x' }] }
    const cookies = { 'millrace-playback': twice }
    expect(await uriAfter(`/c/v/${video}/1/a.mp4`, { cookies })).toBe('403')
  })
})
