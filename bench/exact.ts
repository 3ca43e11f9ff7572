// Every rate in every container, chunk by chunk: pictures lost, doubled or out of place, and sound against picture at both ends
// beside the source's own. Fails when a picture is.
import { rm } from 'node:fs/promises'
import { createReading, ffmpeg } from '../test/support/reading.ts'
import { signal, writeWav } from '../test/support/sound.ts'
import { type Exactness, measureExactness } from './exactness.ts'
import { type Cell, table } from './figures.ts'

/** Three chunks. */
const seconds = 14
const soundRate = 48_000

interface Clock {
  name: string
  rate: string
  /** Filters behind the pattern. */
  look?: string
  video?: string[]
  x264?: string
  output?: string[]
}

/** Of seven pictures one is missing, and a second of every three. */
const holes = "select='not(eq(mod(n,7),3)+between(mod(n,90),20,50))'"
const clocks: Clock[] = [
  { name: '24', rate: '24' },
  { name: '23.976', rate: '24000/1001' },
  { name: '25', rate: '25' },
  { name: '29.97', rate: '30000/1001' },
  { name: '50', rate: '50' },
  { name: '59.94', rate: '60000/1001' },
  { name: '60', rate: '60' },
  { name: 'variable', rate: '30', look: holes, output: ['-fps_mode', 'vfr'] },
  { name: 'begins at 5 s', rate: '25', output: ['-output_ts_offset', '5'] },
  { name: 'open GOPs', rate: '25', x264: 'open-gop=1' },
  { name: 'one keyframe', rate: '25', video: ['-g', '99999', '-sc_threshold', '0'] },
]

interface Container {
  name: string
  file: string
  codecs: string[]
  output?: string[]
  /** Clocks that it cannot hold. */
  without?: string[]
}

const tags = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709']
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', ...tags, '-g', '60']
const reordered = [...h264, '-bf', '2']
const aac = ['-c:a', 'aac', '-b:a', '192k']
const vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-row-mt', '1']
const containers: Container[] = [
  { name: 'MP4', file: 'mp4', codecs: [...reordered, ...aac] },
  {
    name: 'fragmented MP4',
    file: 'frag.mp4',
    codecs: [...reordered, ...aac],
    output: ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'],
  },
  { name: 'MKV', file: 'mkv', codecs: [...reordered, ...aac] },
  { name: 'TS', file: 'ts', codecs: [...reordered, ...aac] },
  {
    name: 'AVI',
    file: 'avi',
    // AVI has no clock but its rate.
    codecs: [...h264, '-bf', '0', '-c:a', 'pcm_s16le'],
    without: ['variable', 'begins at 5 s', 'open GOPs'],
  },
  {
    name: 'WebM',
    file: 'webm',
    codecs: [...vp9, '-b:v', '2M', ...tags, '-g', '60', '-c:a', 'libopus'],
    without: ['open GOPs'],
  },
]

type Reading = Awaited<ReturnType<typeof createReading>>

async function measure(reading: Reading, wav: string, clock: Clock, container: Container) {
  const name = `${clock.name} in ${container.name}`
  const file = `${name}.${container.file}`
  const look = ['setparams=range=tv', clock.look ?? 'null'].join(',')
  await reading.make(
    file,
    ...['-f', 'lavfi', '-i', `testsrc2=s=320x240:r=${clock.rate}:d=${seconds},${look}`],
    ...['-i', wav, '-map', '0:v', '-map', '1:a', ...container.codecs, ...(clock.video ?? [])],
    ...(clock.x264 ? ['-x264-params', clock.x264] : []),
    ...[...(clock.output ?? []), ...(container.output ?? [])],
  )
  const work = reading.at(`${file}-work`)
  try {
    const { plan } = await reading.read(file)
    return await measureExactness(plan, reading.at(file), work)
  } finally {
    await rm(work, { recursive: true, force: true })
    await rm(reading.at(file))
  }
}

const isExact = ({ lost, doubled, misplaced }: Exactness) =>
  lost === 0 && doubled === 0 && misplaced === 0

function cellOf(found: Exactness): string {
  const { lost, doubled, misplaced, offsets } = found
  if (!isExact(found)) return `${lost} lost, ${doubled} doubled, ${misplaced} out of place`
  return offsets?.map(offset => offset.toFixed(1).replace('-0.0', '0.0')).join(' … ') ?? 'silent'
}

export async function benchExact(): Promise<void> {
  const reading = await createReading()
  const rows: Cell[][] = clocks.map(({ name }) => [name])
  const all: Exactness[] = []
  try {
    const samples = signal(seconds * soundRate, soundRate)
    const wav = await writeWav(reading.at('sound.wav'), samples, soundRate)
    for (const container of containers) {
      for (const [row, clock] of clocks.entries()) {
        const found = container.without?.includes(clock.name)
          ? null
          : await measure(reading, wav, clock, container)
        rows[row]?.push(found ? cellOf(found) : '-')
        if (found) all.push(found)
      }
    }
  } finally {
    await reading.close()
  }
  const sum = (count: (one: Exactness) => number) => all.reduce((so, one) => so + count(one), 0)
  const frames = `${all.length} films of ${seconds} s in ${sum(one => one.chunks)} chunks, ${sum(one => one.frames)} frames`
  const wrong = `${sum(one => one.lost)} lost, ${sum(one => one.doubled)} doubled, ${sum(one => one.misplaced)} out of place`
  process.stdout.write(
    `FFmpeg ${await ffmpeg.version()}: ${frames}, ${wrong}\nby how many ms sound is late against the picture beside the source, at the start … at the end\n${table(['frames a second', ...containers.map(({ name }) => name)], rows)}\n`,
  )
  if (!all.every(isExact)) process.exitCode = 1
}
