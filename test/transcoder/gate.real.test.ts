// The gate finds each of many faults, one bit of truth broken at a time, by its own rule; and nothing in what the transcoder
// makes. Real objects, broken in memory.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attemptPrefix } from '#domain/keys.ts'
import { allEntries, mediaPlaylist } from '#domain/playlist.ts'
import { silentLog } from '#platform/log.ts'
import { createFfmpeg } from '../../transcoder/ffmpeg.ts'
import { createDecode } from '../../transcoder/gate/ffmpeg-decode.ts'
import type { Rule } from '../../transcoder/gate/finding.ts'
import { type Verdict, verify } from '../../transcoder/gate/verify.ts'
import { createScratch } from '../../transcoder/scratch.ts'
import {
  dropKeyframe,
  edit,
  type Files,
  fragmentAt,
  moveEntries,
  removeEntry,
  shiftTimes,
  swapEntries,
} from '../support/break-presentation.ts'
import { ffmpegPath, ffprobePath, makeSource, mediaFolder, planSource } from '../support/media.ts'
import {
  type Finished,
  finishedPresentation,
  mainUrl,
  memoryReader,
} from '../support/presentation.ts'

const folder = mediaFolder()
let made: Finished
let decode: ReturnType<typeof createDecode>

beforeAll(async () => {
  const path = await makeSource(join(folder.path, 'source.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=192x108:r=25:d=14'],
    ...['-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=14'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  ])
  made = await finishedPresentation(await planSource(path, 'mov'), folder.path)
  const ffmpeg = createFfmpeg({ ffmpegPath, ffprobePath, log: silentLog })
  decode = createDecode({ ffmpeg, scratch: await createScratch() })
})
afterAll(folder.remove)

const copyOf = (): Files =>
  new Map([...made.files].map(([name, file]) => [name, Buffer.from(file)]))

const look = (files: Files, fragments: 'all' | 'ends', decodes = false): Promise<Verdict> =>
  verify(memoryReader(files).reader, mainUrl, {
    fragments,
    atOnce: 4,
    decode: decodes ? decode : null,
    decodesAtOnce: 2,
    decodeEvery: true,
  })

const rulesOf = ({ findings }: Verdict) => [
  ...new Set(findings.flatMap(({ rule, level }) => (level === 'fault' ? rule : []))),
]

describe('what the transcoder makes', () => {
  it.each(['all', 'ends'] as const)('has no fault: %s', async fragments => {
    const verdict = await look(copyOf(), fragments, fragments === 'all')
    expect(verdict.findings).toEqual([])
    // Two rungs of seven segments, the sound, their I-frames, and the multivariant one.
    expect(verdict).toMatchObject({ playlists: 6, segments: 21 })
  })

  it('asks three times for each object and never for its samples', async () => {
    const { reader, asked } = memoryReader(copyOf())
    const options = { fragments: 'ends', atOnce: 4, decode: null, decodesAtOnce: 1 } as const
    await verify(reader, mainUrl, options)
    const objects = [...made.files.keys()].filter(name => name.endsWith('.mp4')).length
    expect(asked.sizes).toBe(objects)
    expect(asked.reads).toBeLessThanOrEqual(2 * objects)
  })
})

/** All lists as they grow: the upper rung borrows the lower one's first and third chunk. */
function growing(): Files {
  const files = copyOf()
  const prefix = attemptPrefix(made.plan.videoId, made.plan.attempt)
  for (const [track, chunks] of made.tracks) {
    const lower = made.tracks.get('54p') ?? []
    const listed = chunks.map((chunk, at) =>
      track === '108p' && at % 2 === 0 ? (lower[at] ?? chunk) : chunk,
    )
    const text = mediaPlaylist({
      ...{ targetDuration: 2, kind: 'growing', ended: false },
      entries: allEntries(listed.slice(0, -1)),
      uri: key => key.slice(prefix.length),
    })
    files.set(`${track}.m3u8`, Buffer.from(text))
  }
  return files
}

describe('what grows', () => {
  it('has no fault while a rung borrows from another', async () => {
    const verdict = await look(growing(), 'all')
    expect(rulesOf(verdict)).toEqual([])
    const said = new Set(verdict.findings.map(({ rule, level }) => `${level} ${rule}`))
    expect(said).toEqual(new Set(['note live', 'warning codecs', 'warning resolution']))
  })
})

/** Two rungs: 54 lines and 108; chunks of 1, 1, 2 and 3 segments. */
const [low, top, sound] = ['54p.m3u8', '108p.m3u8', 'audio0.m3u8']
const main = 'main.m3u8'

interface Fault {
  name: string
  rule: Rule
  breaks(files: Files): void
  /** Other rules that see it, too. */
  also?: Rule[]
  /** Rules that see it or not, as the encoder would have it. */
  perhaps?: Rule[]
  decodes?: boolean
}

const objectOf = (track: string, index: number) =>
  made.tracks.get(track)?.[index]?.key.split('/').slice(-2).join('/') ?? ''

const faults: Fault[] = [
  {
    name: 'an EXTINF that is not true',
    rule: 'duration',
    breaks: files => edit(files, top, text => text.replace('#EXTINF:2.000000', '#EXTINF:1.960000')),
  },
  {
    name: 'a BANDWIDTH that is too low',
    rule: 'bandwidth',
    breaks: files =>
      edit(files, main, text =>
        text.replace(
          /([:,]BANDWIDTH=)(\d+)(.*\n108p)/,
          (_, name, rate, rest) => `${name}${Math.floor(rate * 0.99)}${rest}`,
        ),
      ),
  },
  {
    name: 'an AVERAGE-BANDWIDTH that is too low',
    rule: 'average-bandwidth',
    breaks: files =>
      edit(files, main, text =>
        text.replace(
          /(AVERAGE-BANDWIDTH=)(\d+)/,
          (_, name, rate) => `${name}${Math.floor(rate * 0.99)}`,
        ),
      ),
  },
  {
    name: 'CODECS of another level',
    rule: 'codecs',
    breaks: files => edit(files, main, text => text.replace(/avc1\.6400\w\w/, 'avc1.640033')),
  },
  {
    name: 'CODECS without the sound',
    rule: 'codecs',
    breaks: files => edit(files, main, text => text.replace(',mp4a.40.2', '')),
  },
  {
    name: 'another RESOLUTION',
    rule: 'resolution',
    breaks: files =>
      edit(files, main, text => text.replace('RESOLUTION=192x108', 'RESOLUTION=194x108')),
  },
  {
    name: 'another FRAME-RATE',
    rule: 'frame-rate',
    breaks: files =>
      edit(files, main, text => text.replace('FRAME-RATE=25.000', 'FRAME-RATE=24.975')),
  },
  {
    name: 'two chunks in each other’s place',
    rule: 'order',
    breaks: files => edit(files, top, text => swapEntries(text, 0, 1)),
  },
  {
    name: 'a chunk of another rung in the place of its own',
    rule: 'init',
    breaks: files => {
      const [own, other] = [objectOf('108p', 1), objectOf('54p', 1)]
      files.set(own, Buffer.from(files.get(other) ?? ''))
    },
    also: ['range-outside'],
  },
  {
    name: 'a segment that is left out',
    rule: 'lost-segment',
    breaks: files => edit(files, top, text => removeEntry(text, 5)),
    // The multivariant playlist counts it.
    also: ['average-bandwidth'],
  },
  {
    name: 'a chunk that is left out',
    rule: 'gap',
    breaks: files => edit(files, top, text => removeEntry(text, 1)),
  },
  {
    name: 'an object that ends too early',
    rule: 'range-outside',
    breaks: files => {
      const name = objectOf('108p', 3)
      files.set(name, files.get(name)?.subarray(0, -1) ?? Buffer.alloc(0))
    },
  },
  {
    name: 'an object that is not there',
    rule: 'missing',
    breaks: files => void files.delete(objectOf('108p', 2)),
  },
  {
    name: 'ranges that overlap',
    rule: 'range-overlap',
    breaks: files =>
      edit(files, top, text => {
        const ranges = [...text.matchAll(/BYTERANGE:(\d+)@(\d+)\n.*\/2\./g)]
        const [, bytes = '', start = ''] = ranges.at(-1) ?? []
        return text.replace(`${bytes}@${start}`, `${Number(bytes) + 16}@${Number(start) - 16}`)
      }),
    also: ['fragment'],
  },
  {
    name: 'a range that is cut short',
    rule: 'fragment',
    breaks: files =>
      edit(files, top, text =>
        text.replace(/BYTERANGE:(\d+)@/, (_, bytes) => `BYTERANGE:${bytes - 1}@`),
      ),
  },
  {
    name: 'a tfdt that leaves a gap',
    rule: 'gap',
    breaks: files => shiftTimes(files, made, '108p', 0.04, chunk => chunk >= 2),
  },
  {
    name: 'a tfdt that overlaps',
    rule: 'overlap',
    breaks: files => shiftTimes(files, made, '108p', -0.04, chunk => chunk >= 2),
  },
  {
    name: 'a segment whose first sample is no keyframe',
    rule: 'keyframe',
    breaks: files => dropKeyframe(fragmentAt(files, made, '108p', 3, 2)),
  },
  {
    name: 'the init section of another rung',
    rule: 'init',
    breaks: files =>
      edit(files, top, text => {
        const map =
          files
            .get(low)
            ?.toString()
            .match(/#EXT-X-MAP.*/)?.[0] ?? ''
        return text.replace(/#EXT-X-MAP.*/, map)
      }),
    also: ['codecs', 'resolution'],
  },
  {
    name: 'sound that ends before the picture',
    rule: 'end-together',
    breaks: files => edit(files, sound, text => removeEntry(text, -1)),
    // Fewer bytes, less average: more than is let pass with some builds of FFmpeg.
    perhaps: ['average-bandwidth'],
  },
  {
    name: 'sound that begins after the picture',
    rule: 'start-together',
    breaks: files => shiftTimes(files, made, 'audio0', 0.08, () => true),
    also: ['end-together'],
  },
  {
    name: 'a TARGETDURATION that is too small',
    rule: 'target-duration',
    breaks: files => edit(files, top, text => text.replace('TARGETDURATION:2', 'TARGETDURATION:1')),
  },
  {
    name: 'no ENDLIST',
    rule: 'endlist',
    breaks: files => edit(files, top, text => text.replace('#EXT-X-ENDLIST\n', '')),
  },
  {
    name: 'segments that are cut elsewhere',
    rule: 'grid',
    breaks: files => moveEntries(files, made, '108p'),
  },
  {
    name: 'an I-frame that is cut short',
    rule: 'iframes',
    breaks: files =>
      edit(files, '108p.iframes.m3u8', text =>
        text.replace(/BYTERANGE:(\d+)@/, (_, bytes) => `BYTERANGE:${bytes - 1}@`),
      ),
  },
  {
    name: 'a group of sound that nobody has',
    rule: 'group',
    breaks: files => edit(files, main, text => text.replaceAll('AUDIO="audio"', 'AUDIO="other"')),
  },
  {
    name: 'samples that do not decode',
    rule: 'decode',
    decodes: true,
    breaks: files => void fragmentAt(files, made, '54p', 3, 1).fill(0xff, 1200, 1900),
  },
]

describe('one bit of truth broken', () => {
  it.each(faults)('$name: $rule', async fault => {
    const { rule, breaks, also = [], perhaps = [], decodes = false } = fault
    const files = copyOf()
    breaks(files)
    for (const fragments of ['all', 'ends'] as const) {
      const found = rulesOf(await look(files, fragments, decodes))
      const sure = found.filter(one => !perhaps.includes(one))
      expect(sure.sort()).toEqual([rule, ...also].sort())
    }
  })
})
