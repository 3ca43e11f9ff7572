// Websites as no server is: each import ends in words, soon and in little memory, whatever bytes come in whatever order.
import type { Socket } from 'node:net'
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
} from 'vitest'
import { maxTries } from '#domain/timing.ts'
import { createImporting, type Importing, mebibyte, partBytes } from '../support/importing.ts'
import { fetchFrom, filmOf, startOddWebsite } from '../support/website.ts'

let importing: Importing

beforeAll(async () => {
  importing = await createImporting(inject('ministack'))
})
afterAll(() => importing.website.close())
beforeEach(() => importing.reset())

const impatient = { importSilenceSeconds: 0.3, importLeast: { bytes: 100_000, seconds: 0.2 } }

async function fetchOdd(answer: (socket: Socket) => void, times = 1) {
  const website = await startOddWebsite(answer)
  onTestFinished(website.close)
  const fetchPublic = fetchFrom(website.port, { headMilliseconds: 300 })
  const task = await importing.begin()
  const before = process.memoryUsage.rss()
  const outcome = await importing.work(task, importing.worker({ ...impatient, fetchPublic }), times)
  return { task, outcome, heard: website.site.heard, grown: process.memoryUsage.rss() - before }
}

/** As long as somebody listens. */
function dripOn(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 20)
  socket.once('close', () => clearInterval(timer))
}
function floodOn(socket: Socket, text: string): void {
  const more = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)))
  const write = () => {
    while (!socket.destroyed && socket.write(more));
  }
  socket.on('drain', write)
  write()
}

const film = filmOf(3000)
const ok = 'HTTP/1.1 200 OK\r\n'
const chunk = (body: Buffer) => [`${body.byteLength.toString(16)}\r\n`, body, '\r\n'] as const
const send = (socket: Socket, ...pieces: readonly (string | Buffer)[]) => {
  for (const piece of pieces) socket.write(piece)
}
const chunked = `${ok}transfer-encoding: chunked\r\n`

/** What comes first, and what then comes for ever: now and then, or as fast as it is taken. */
interface Odd {
  message: RegExp
  first?: readonly (string | Buffer)[]
  drip?: string
  flood?: string
}
const silent = /did not answer/
const broken = /broke the file off/
const header = 'x-a: b\r\n'
const begun = [`${chunked}\r\n`, ...chunk(film)]
const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: a\r\nconnection: upgrade\r\n\r\n'
const twice = 'content-length: 3000\r\ncontent-length: 5\r\n\r\n'
const long = `${ok}content-length: 50000\r\n\r\n`

describe('is given up after three tries:', () => {
  it.each<[string, Odd]>([
    ['nothing', { message: silent }],
    ['a head without end', { first: [ok], drip: header, message: silent }],
    ['promises without end', { drip: 'HTTP/1.1 103 Early Hints\r\n\r\n', message: silent }],
    ['a flood of headers', { first: [ok], flood: header, message: silent }],
    ['one header without end', { first: [`${ok}x-a: `], flood: 'b', message: silent }],
    ['another protocol', { first: [upgrade], message: silent }],
    ['no HTTP', { first: ['220 mail.example.com ESMTP\r\n'], message: silent }],
    ['two lengths', { first: [ok, twice, film], message: silent }],
    ['a length and chunks', { first: [`${chunked}content-length: 5\r\n\r\n`], message: silent }],
    ['a length below nothing', { first: [`${ok}content-length: -5\r\n\r\n`], message: silent }],
    ['a chunk whose length is none', { first: [...begun, 'film\r\n'], message: broken }],
    ['notes at a chunk without end', { first: [...begun, '5;'], flood: 'a=b;', message: broken }],
    [
      'trailers without end',
      { first: [...begun, '0\r\n'], drip: header, message: /stopped sending/ },
    ],
    ['a flood of trailers', { first: [...begun, '0\r\n'], flood: header, message: broken }],
    ['a byte now and then', { first: [long, film], drip: 'a', message: /too slowly/ }],
    ['a film, and then nothing', { first: [long, film], message: /stopped sending/ }],
  ])('%s', async (_what, { first = [], drip, flood, message }) => {
    const answer = (socket: Socket) => {
      send(socket, ...first)
      if (drip) dripOn(socket, drip)
      if (flood) floodOn(socket, flood)
    }
    const { outcome, heard, grown } = await fetchOdd(answer, maxTries)
    await importing.expectFailed(outcome, { code: 'import-unreachable', message })
    expect(heard).toBe(maxTries)
    expect(grown).toBeLessThan(64 * mebibyte)
  })
})

describe('is refused at once:', () => {
  it.each(['gzip', 'br', 'zstd', 'x-gzip', 'identity, gzip', 'GZIP'])(
    'what is packed, %s',
    async encoding => {
      const { outcome } = await fetchOdd(socket =>
        send(socket, `${ok}content-encoding: ${encoding}\r\ncontent-length: 3000\r\n\r\n`, film),
      )
      await importing.expectFailed(outcome, { code: 'import-refused', message: /packed/ })
    },
  )

  it('what is packed on its way', async () => {
    const { outcome } = await fetchOdd(socket =>
      send(
        socket,
        `${ok}transfer-encoding: gzip, chunked\r\n\r\n`,
        ...chunk(Buffer.from('1f8b0800000000000003', 'hex')),
        '0\r\n\r\n',
      ),
    )
    await importing.expectFailed(outcome, { code: 'source-not-media', message: /\.$/ })
  })

  it('more than was still missing', async () => {
    const whole = filmOf(3 * partBytes)
    const size = whole.byteLength
    let asked = 0
    const { outcome } = await fetchOdd(socket => {
      asked += 1
      if (asked === 1) {
        send(socket, `${ok}etag: "a"\r\ncontent-length: ${size}\r\n\r\n`)
        socket.write(whole.subarray(0, 2 * partBytes + 9), () => socket.destroy())
        return
      }
      const range = `content-range: bytes ${2 * partBytes}-${size - 1}/${size}`
      send(socket, `HTTP/1.1 206 Partial Content\r\ntransfer-encoding: chunked\r\n${range}\r\n\r\n`)
      floodOn(socket, `${(65_536).toString(16)}\r\n${'a'.repeat(65_536)}\r\n`)
    })
    expect(asked).toBe(2)
    await importing.expectFailed(outcome, { code: 'import-refused', message: /more than it said/ })
  })
})

describe('arrives all the same:', () => {
  it('what has trailers', async () => {
    const { task } = await fetchOdd(socket =>
      send(socket, `${chunked}\r\n`, ...chunk(film), '0\r\nx-checksum: 1\r\n\r\n'),
    )
    await importing.expectWhole(task, film)
  })

  it('as much as was said, where more is sent', async () => {
    const { task } = await fetchOdd(socket =>
      send(socket, `${ok}content-length: ${film.byteLength}\r\n\r\n`, film, filmOf(70_000)),
    )
    await importing.expectWhole(task, film)
  })

  it('what ends with its connection', async () => {
    const { task } = await fetchOdd(socket => {
      send(socket, 'HTTP/1.0 200 OK\r\n\r\n')
      socket.end(film)
    })
    await importing.expectWhole(task, film)
  })

  it('what is gone on with in several ranges at once', async () => {
    const whole = filmOf(2 * partBytes)
    const size = whole.byteLength
    const head = `etag: "a"\r\ncontent-length: ${size}\r\n\r\n`
    let asked = 0
    const { task } = await fetchOdd(socket => {
      asked += 1
      if (asked === 1) {
        send(socket, `${ok}${head}`)
        socket.write(whole.subarray(0, partBytes + 9), () => socket.destroy())
      } else if (asked === 2) {
        const type = 'content-type: multipart/byteranges; boundary=a'
        send(socket, `HTTP/1.1 206 Partial Content\r\n${type}\r\ncontent-length: 5\r\n\r\n--a--`)
      } else send(socket, `${ok}${head}`, whole)
    })
    expect(asked).toBe(3)
    await importing.expectWhole(task, whole)
  })
})
