// What the gate costs a request: its source as it is deployed, over requests of each kind, with Node's compilers and by its interpreter
// alone, which is nearer to what CloudFront runs. Beside it an empty handler, called in the same way.
import { setFlagsFromString } from 'node:v8'
import { createPlaybackSigner } from '#platform/playback-token.ts'
import { buildGate, maxFunctionBytes } from '../infra/edge/build.ts'
import {
  createEdgeFunction,
  type EdgeFunction,
  type FunctionRequest,
} from '../local/edge-function.ts'
import { percentile, table } from './figures.ts'

const secrets = [
  'a secret of the bench, more than 32 bytes',
  'the one before, more than 32 bytes too',
]
const videoId = 'v_0123456789abcdefghijAB'
const expiresAt = Math.ceil(Date.now() / 1000) + 3600
const page = 'www.example.com'

/** Requests timed together: one alone is shorter than the clock's step is sure. */
const atOnce = 50
const warmUp = 5_000

const compilers = ['opt', 'maglev', 'sparkplug']
const compile = (on: boolean) => {
  for (const name of compilers) setFlagsFromString(on ? `--${name}` : `--no-${name}`)
}

const requestOf = (uri: string): FunctionRequest => ({
  method: 'GET',
  uri,
  querystring: {},
  headers: { host: { value: 'video.example' }, referer: { value: `https://${page}/` } },
  cookies: {},
})

async function microseconds(run: EdgeFunction, uri: string, ip: string, requests: number) {
  const timed: number[] = []
  const before = process.cpuUsage()
  for (let done = 0; done < requests; done += atOnce) {
    const asked = Array.from({ length: atOnce }, () => requestOf(uri))
    const start = performance.now()
    for (const request of asked) await run(request, ip)
    timed.push(((performance.now() - start) * 1000) / atOnce)
  }
  const { user, system } = process.cpuUsage(before)
  return { timed: timed.sort((a, b) => a - b), cpu: (user + system) / requests }
}

async function measure(requests: number) {
  const source = buildGate({ secrets, revoked: { [videoId]: 1 } })
  const gate = createEdgeFunction(source, 'gate.js')
  const empty = createEdgeFunction('function handler(event) { return event.request }', 'empty.js')
  const [newer, older] = secrets.map(createPlaybackSigner)
  if (!newer || !older) throw new RangeError('two secrets')
  const grant = { videoId, epoch: 1, expiresAt }
  const path = (token: string, name = '1/1080p/12.Ab0cdefghijk.mp4') =>
    `/t/${token}/v/${videoId}/${name}`
  const bound = await newer.sign({ ...grant, network: '2001:db8:0', referrer: page })
  const four = '203.0.113.7'
  const kinds: [string, EdgeFunction, string, string][] = [
    ['an empty handler', empty, path(await newer.sign(grant)), four],
    ['passes', gate, path(await newer.sign(grant)), four],
    ['passes, by the older secret', gate, path(await older.sign(grant)), four],
    ['passes, bound to network and page', gate, path(bound), '2001:db8::1'],
    ['refused: an older epoch', gate, path(await newer.sign({ ...grant, epoch: 0 })), four],
    [
      'refused: a forged signature',
      gate,
      path(`${(await newer.sign(grant)).slice(0, -3)}AAA`),
      four,
    ],
    ['refused: no token', gate, `/v/${videoId}/1/main.m3u8`, four],
    ['refused: 2,048 characters, no match', gate, `/t/${'a-'.repeat(1000)}/v/${videoId}!`, four],
    ['refused: a path too long', gate, path('a.b.c', 'a/'.repeat(50_000)), four],
  ]
  const rows = []
  for (const [kind, run, uri, ip] of kinds) {
    await microseconds(run, uri, ip, warmUp)
    const { timed, cpu } = await microseconds(run, uri, ip, requests)
    rows.push({ kind, median: percentile(timed, 0.5), p99: percentile(timed, 0.99), cpu })
  }
  return { rows, bytes: Buffer.byteLength(source) }
}

export async function benchGate({ requests }: { requests: number }): Promise<void> {
  // First, while nothing has been compiled yet.
  compile(false)
  const interpreted = await measure(requests)
  compile(true)
  const compiled = await measure(requests)
  const head = ['a request', 'median', 'p99', 'CPU', 'interpreted: median', 'p99', 'CPU']
  const cells = compiled.rows.map(({ kind, median, p99, cpu }, i) => {
    const slow = interpreted.rows[i]
    return [kind, ...[median, p99, cpu, slow?.median, slow?.p99, slow?.cpu].map(rounded)]
  })
  console.log(
    `The gate, in microseconds: ${requests} requests of each kind, ${atOnce} timed together; its source has ${compiled.bytes} of ${maxFunctionBytes} bytes.`,
  )
  console.log(table(head, cells))
}

const rounded = (value = Number.NaN) => value.toFixed(1)
