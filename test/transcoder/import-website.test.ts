// Websites as they are: they break off, drip, lie, lead on and have nothing; each import ends with the file or in words.
import type { RequestListener, ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { maxTries } from '#domain/timing.ts'
import { createImporting, type Importing, mebibyte, partBytes } from '../support/importing.ts'
import { endless, filmOf, serving } from '../support/website.ts'

let importing: Importing

beforeAll(async () => {
  importing = await createImporting(inject('ministack'))
})
afterAll(() => importing.website.close())
beforeEach(() => importing.reset())

describe('a website that breaks off', () => {
  /** Each connection ends after so many bytes, by a reset. */
  const breaking =
    (film: Buffer, afterBytes: number, headers: Record<string, string> = {}): RequestListener =>
    ({ headers: { range, 'if-range': ifRange } }, response) => {
      const [, first] = /^bytes=(\d+)-$/.exec(range ?? '') ?? []
      const from = first !== undefined && ifRange === headers['etag'] ? Number(first) : 0
      const size = film.byteLength
      const part = { 'content-range': `bytes ${from}-${size - 1}/${size}` }
      response.writeHead(from > 0 ? 206 : 200, {
        ...{ ...headers, 'content-length': size - from },
        ...(from > 0 ? part : {}),
      })
      const end = Math.min(size, from + afterBytes)
      response.write(film.subarray(from, end), () =>
        end < size ? response.destroy() : response.end(),
      )
    }

  it('is gone on with by ranges, as long as something new comes', async () => {
    const film = filmOf(7 * partBytes + 3)
    importing.website.site.answer = breaking(film, partBytes + 100, { etag: '"a"' })
    const task = await importing.begin()
    const { record } = await importing.work(task)
    await importing.expectWhole(task, film)
    expect(record?.tries).toBe(0)
    expect(importing.website.site.heard.map(({ range }) => range)).toEqual(
      [undefined, 1, 2, 3, 4, 5, 6].map(part => part && `bytes=${part * partBytes}-`),
    )
  })

  it('and has no ranges, or no name for the file, is asked anew three times', async () => {
    const film = filmOf(3 * partBytes)
    const failed = await importing.fetchOne(
      breaking(film, partBytes + 100),
      importing.worker(),
      maxTries,
    )
    await importing.expectFailed(failed, {
      code: 'import-unreachable',
      message: 'The website broke the file off before its end.',
    })
    expect(importing.website.site.heard.map(({ range }) => range)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('and has a name for the file that is too long to keep, is asked for all of it', async () => {
    const film = filmOf(2 * partBytes)
    importing.website.site.answer = breaking(film, partBytes + 9, { etag: `"${'a'.repeat(300)}"` })
    const task = await importing.begin()
    await importing.work(task)
    const meta = await importing.pipeline.videos.get(task.videoId)
    expect(meta?.import).not.toHaveProperty('validator')
    importing.website.site.answer = serving(film)
    await importing.work(task)
    await importing.expectWhole(task, film)
    expect(importing.website.site.heard.filter(({ range }) => range !== undefined)).toEqual([])
  })

  it('and has another file the next time gives the other one, whole', async () => {
    const [old, film] = [filmOf(4 * partBytes, 1), filmOf(3 * partBytes + 9, 2)]
    let asked = 0
    importing.website.site.answer = (request, response) => {
      asked += 1
      const answer =
        asked === 1 ? breaking(old, 2 * partBytes + 9, { etag: '"old"' }) : serving(film, '"new"')
      answer(request, response)
    }
    const task = await importing.begin()
    await importing.work(task)
    await importing.expectWhole(task, film)
    expect(importing.website.site.heard[1]?.range).toBe(`bytes=${2 * partBytes}-`)
  })

  it('and answers with another range, or a shorter file, is asked for all of it', async () => {
    const film = filmOf(3 * partBytes)
    for (const [status, range] of [
      [206, `bytes 0-${film.byteLength - 1}/${film.byteLength}`],
      [206, `bytes ${partBytes}-${film.byteLength}/${film.byteLength + 1}`],
      [416, 'bytes */5'],
    ] as const) {
      let asked = 0
      importing.website.site.answer = (request, response) => {
        asked += 1
        if (asked === 1) breaking(film, partBytes + 9, { etag: '"a"' })(request, response)
        else if (asked === 2) response.writeHead(status, { 'content-range': range }).end()
        else serving(film)(request, response)
      }
      const task = await importing.begin()
      await importing.work(task)
      await importing.expectWhole(task, film)
      expect(asked).toBe(3)
      await importing.pipeline.purge()
    }
  })

  it('falls silent', async () => {
    const silent = (_request: unknown, response: ServerResponse) => {
      response.writeHead(200, { 'content-length': 5000 }).write(filmOf(1000))
    }
    const failed = await importing.fetchOne(
      silent,
      importing.worker({ importSilenceSeconds: 0.05 }),
      maxTries,
    )
    await importing.expectFailed(failed, {
      code: 'import-unreachable',
      message: 'The website stopped sending.',
    })
  })

  it.each([408, 425, 429, 500, 502, 503])('answers %i and is asked three times', async status => {
    const failed = await importing.fetchOne(
      (_, response) => response.writeHead(status).end(),
      importing.worker(),
      3,
    )
    await importing.expectFailed(failed, {
      code: 'import-unreachable',
      message: `The website could not answer (${status}).`,
    })
    expect(importing.website.site.heard).toHaveLength(3)
  })
})

describe('is refused at once, in words:', () => {
  const saying = (
    status: number,
    headers: Record<string, string | number>,
    body: string | Buffer = '',
  ) =>
    ((_request, response) =>
      response.writeHead(status, headers).end(body)) satisfies RequestListener
  const html = '<!DOCTYPE html><html><head><title>Watch</title></head></html>'
  const page = 'The link leads to a web page, not to a video file.'

  it.each<[string, RequestListener, string, string | RegExp]>([
    ['a page', saying(200, { 'content-type': 'text/html' }, html), 'import-refused', page],
    [
      'a page said to be a film',
      saying(200, { 'content-type': 'video/mp4' }, `\n ${html}`),
      'import-refused',
      page,
    ],
    [
      'a page after a comment',
      saying(200, {}, `<!-- x --><html lang="en">`),
      'import-refused',
      page,
    ],
    [
      'what is said to be a page',
      saying(200, { 'content-type': 'text/html; charset=utf-8' }, 'soon'),
      'import-refused',
      page,
    ],
    [
      'a picture',
      saying(200, {}, Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
      'source-not-media',
      /\.$/,
    ],
    [
      'a playlist',
      saying(200, {}, '#EXTM3U\n#EXTINF:4,\nhttp://10.0.0.1/a.ts\n'),
      'source-is-playlist',
      /\.$/,
    ],
    ['nothing', saying(200, { 'content-length': 0 }), 'source-empty', /\.$/],
    [
      'what is packed',
      saying(200, { 'content-encoding': 'gzip' }, filmOf(1000)),
      'import-refused',
      /packed/,
    ],
    ['401', saying(401, {}), 'import-refused', /sign in there/],
    ['403', saying(403, {}), 'import-refused', /everybody/],
    ['404', saying(404, {}), 'import-refused', 'There is nothing at the link (404).'],
    ['410', saying(410, {}), 'import-refused', 'What was at the link is gone (410).'],
    ['418', saying(418, {}), 'import-refused', 'The website refused the request (418).'],
    ['204', saying(204, {}), 'import-refused', /\(204\)/],
    ['304', saying(304, {}), 'import-refused', /\(304\)/],
    [
      'a part nobody asked for',
      saying(206, { 'content-range': 'bytes 0-9/10' }, filmOf(10)),
      'import-refused',
      /206/,
    ],
    [
      'more than the limit',
      saying(200, { 'content-length': 200 * mebibyte }),
      'source-too-large',
      /larger/,
    ],
  ])('%s', async (_what, answer, code, message) => {
    await importing.expectFailed(await importing.fetchOne(answer), { code, message })
    expect(importing.website.site.heard).toHaveLength(1)
  })

  it('what never ends, at the limit', async () => {
    const limits = { maxBytes: 2 * partBytes }
    const failed = await importing.fetchOne(endless, importing.worker({ limits }))
    await importing.expectFailed(failed, { code: 'source-too-large', message: /larger/ })
  })

  it('what drips for longer than six hours', async () => {
    const dripping: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-length': 1e6 }).write(filmOf(1000))
    }
    // A moment before the end of the six hours, at its second claim.
    importing.website.site.answer = dripping
    const task = await importing.begin()
    const meta = await importing.pipeline.videos.get(task.videoId)
    const startedAt = importing.pipeline.now() - 6 * 3600 + 0.05
    await importing.pipeline.videos.changeUpload(task.videoId, meta?.source.uploadId ?? '', {
      import: { url: meta?.import?.url ?? '', receivedBytes: 0, startedAt },
    })
    await importing.expectFailed(await importing.work(task), {
      code: 'import-refused',
      message: /too slowly/,
    })
  })
})

describe('a lie about the length', () => {
  it('that is too long is a file broken off', async () => {
    const failed = await importing.fetchOne(
      (_request, response) => {
        response.writeHead(200, { 'content-length': 5000 })
        response.write(filmOf(1000), () => response.destroy())
      },
      importing.worker(),
      maxTries,
    )
    await importing.expectFailed(failed, {
      code: 'import-unreachable',
      message: /broke the file off/,
    })
  })
})
