// `npm run verify -- <playlist URL or file>`: is an HLS presentation what its playlists say? Prints findings like a linter; ends
// with 1 when something is wrong. Changes nothing.
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { silentLog } from '#platform/log.ts'
import { createFfmpeg } from '../../transcoder/ffmpeg.ts'
import { createDecode } from '../../transcoder/gate/ffmpeg-decode.ts'
import { hasFault, lineOf } from '../../transcoder/gate/finding.ts'
import { type Verdict, verify } from '../../transcoder/gate/verify.ts'
import { createScratch } from '../../transcoder/scratch.ts'
import { anyReader } from './readers.ts'

const help = `npm run verify -- <playlist URL or file> [--json] [--quick] [--decode-all | --no-decode]
  --quick       reads the first and the last fragment of each object only
  --decode-all  decodes every segment, not a sample
  --no-decode   decodes none (FFMPEG_PATH names another FFmpeg than that of the PATH)
`

const requestsAtOnce = 8
const decodesAtOnce = 2

async function createDecoder() {
  const ffmpegPath = process.env['FFMPEG_PATH'] || 'ffmpeg'
  const ffmpeg = createFfmpeg({ ffmpegPath, ffprobePath: 'ffprobe', log: silentLog })
  const isThere = await ffmpeg.version().catch(() => null)
  return isThere === null ? null : createDecode({ ffmpeg, scratch: await createScratch() })
}

export interface Wanted {
  quick?: boolean
  decode: 'sample' | 'all' | 'none'
}

/** @param target an address, or a path of a file. */
export async function verifyTarget(target: string, { quick, decode }: Wanted): Promise<Verdict> {
  const isAddress = /^(https?|file):/.test(target)
  const url = isAddress ? target : pathToFileURL(target).href
  const decoder = decode === 'none' ? null : await createDecoder()
  const verdict = await verify(anyReader, url, {
    fragments: quick ? 'ends' : 'all',
    atOnce: requestsAtOnce,
    decode: decoder,
    decodesAtOnce,
    decodeEvery: decode === 'all',
  })
  if (decode !== 'none' && !decoder) {
    verdict.findings.push({
      ...{ rule: 'not-checked', level: 'note', path: '', segment: null },
      says: 'nothing was decoded: there is no FFmpeg',
    })
  }
  return verdict
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

export function printed({ findings, ...counts }: Verdict): string {
  const faults = findings.filter(({ level }) => level === 'fault').length
  const warnings = findings.filter(({ level }) => level === 'warning').length
  const looked = [
    plural(counts.playlists, 'playlist'),
    plural(counts.segments, 'segment'),
    `${counts.decoded} decoded`,
  ]
  const sum = `${plural(faults, 'fault')}, ${plural(warnings, 'warning')} in ${looked.join(', ')}`
  return `${[...findings.map(lineOf), sum].join('\n')}\n`
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      quick: { type: 'boolean' },
      'decode-all': { type: 'boolean' },
      'no-decode': { type: 'boolean' },
    },
  })
  const [target] = positionals
  if (!target || positionals.length > 1) {
    process.stdout.write(help)
    return 1
  }
  if (!/^\w+:/.test(target) && !existsSync(target)) {
    process.stderr.write(`there is no file ${target}\n`)
    return 1
  }
  const verdict = await verifyTarget(target, {
    quick: values.quick === true,
    decode: values['no-decode'] ? 'none' : values['decode-all'] ? 'all' : 'sample',
  })
  process.stdout.write(values.json ? `${JSON.stringify(verdict, null, 2)}\n` : printed(verdict))
  return hasFault(verdict.findings) ? 1 : 0
}

if (import.meta.main) {
  try {
    process.exitCode = await main()
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    const cause = thrown.cause instanceof Error ? `: ${thrown.cause.message}` : ''
    process.stderr.write(`${thrown.message}${cause}\n`)
    process.exitCode = 1
  }
}
