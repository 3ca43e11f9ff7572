// Small real sources of every kind through the whole reading half: containers, shapes, sounds, and what is refused.
import { createReadStream } from 'node:fs'
import { readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { defaultLimits, type SourceLimits } from '#domain/limits.ts'
import type { Plan } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import { silentLog } from '#platform/log.ts'
import { probeSource } from '../../transcoder/probe.ts'
import { createSourceServer } from '../../transcoder/source-server.ts'
import { ffmpeg as runFfmpeg } from '../support/media.ts'
import { copy, createReading, ffmpeg, picture, sine, x264 } from '../support/reading.ts'

let files: Awaited<ReturnType<typeof createReading>>
beforeAll(async () => {
  files = await createReading()
})
afterAll(() => files.close())

describe('containers', () => {
  test.each<[string, string[], Partial<Plan['video']['timeline']>]>([
    ['film.mkv', [...x264], { frames: 75, rate: rational(25) }],
    ['film.webm', ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8'], { frames: 75 }],
    ['film.ts', [...x264], { frames: 75, rate: rational(25) }],
    ['film.flv', [...x264], { frames: 75, rate: rational(25) }],
    ['film.mpg', ['-c:v', 'mpeg2video', '-bf', '2'], { frames: 75, rate: rational(25) }],
    ['film.wmv', ['-c:v', 'wmv2'], { frames: 75, rate: rational(25) }],
    ['film.ogv', ['-c:v', 'libtheora'], { frames: 75, rate: rational(25) }],
    ['intra.avi', ['-c:v', 'mjpeg'], { frames: 75, rate: rational(25), zero: rational(0) }],
    ['reordered.avi', ['-c:v', 'mpeg4', '-bf', '2'], { frames: 75, zero: rational(0) }],
    ['h264.avi', [...x264], { frames: 75, rate: rational(25), zero: rational(0) }],
  ])('%s', async (name, codec, timeline) => {
    await files.make(name, ...picture(), ...codec)
    const { plan } = await files.read(name)
    expect(plan.video.timeline).toMatchObject({ sourceIsConstant: true, ...timeline })
    expect(plan.durationSeconds).toBe(3)
  })

  test('an AVI whose frames are reordered is decoded to the same pictures chunk by chunk', async () => {
    await files.make('long.avi', ...picture('25', 12, '64x48'), ...x264, '-g', '40')
    const { plan, probe } = await files.read('long.avi')
    expect(probe.video?.decoderDelay).toBeGreaterThan(0)
    const { timeline, chunks } = plan.video
    const hashes = async (args: string[]) => {
      const all = ['-v', 'error', '-threads', '1', '-copyts', ...args, '-f', 'framemd5', '-']
      const { stdout } = await runFfmpeg(all)
      return stdout.split('\n').flatMap(line => (/^0,/.test(line) ? [line.split(',').at(-1)] : []))
    }
    const shown: unknown[] = []
    for (const { clockOffset, frames, seekMicroseconds } of chunks) {
      const seek = ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', `${seekMicroseconds}us`]
      const graph = `settb=1/${timeline.clock},setpts=PTS-(${clockOffset}),fps=fps=25:start_time=0:round=down:eof_action=pass,trim=end_frame=${frames}`
      const input = [...(seekMicroseconds === null ? [] : seek), '-i', files.at('long.avi')]
      shown.push(...(await hashes([...input, '-vf', graph, '-fps_mode', 'passthrough'])))
    }
    expect(shown).toEqual(await hashes(['-i', files.at('long.avi'), '-fps_mode', 'passthrough']))
  })
})

describe('pictures and sounds', () => {
  const sizeOf = async (name: string) => {
    const { width, height } = (await files.read(name)).plan.video
    return `${width}x${height}`
  }

  test('rotation by the display matrix', async () => {
    await files.make(
      'turned.mov',
      '-i',
      files.at('film.mp4'),
      ...copy,
      '-metadata:s:v',
      'rotate=90',
    )
    const { plan, probe } = await files.read('turned.mov')
    // Builds from 6.0 on write the matrix by another option and leave the tag alone.
    const turned = probe.video?.rotationDegrees !== 0
    expect([plan.video.width, plan.video.height]).toEqual(turned ? [120, 160] : [160, 120])
  })

  test('portrait, and pixels that are not square', async () => {
    await files.make('portrait.mp4', ...picture('25', 1, '90x160'), ...x264)
    expect(await sizeOf('portrait.mp4')).toBe('90x160')
    await files.make('wide.mp4', ...picture('25', 1, '120x120'), '-vf', 'setsar=4/3', ...x264)
    expect(await sizeOf('wide.mp4')).toBe('160x120')
  })

  test('23.976 and variable rates', async () => {
    await files.make('film-rate.mp4', ...picture('24000/1001'), ...x264)
    const { timeline } = (await files.read('film-rate.mp4')).plan.video
    expect(timeline).toMatchObject({ rate: rational(24_000, 1001), gopFrames: 48, frames: 72 })
    const vfr = ['-vf', "select='mod(n,3)*not(eq(mod(n,7),2))'", '-fps_mode', 'vfr']
    await files.make('phone.mp4', ...picture('50'), ...vfr, ...x264)
    expect((await files.read('phone.mp4')).plan.video.timeline.sourceIsConstant).toBe(false)
  })

  test('interlaced material is found and deinterlaced', async () => {
    const fields = ['-vf', 'interlace,setfield=tff', '-flags', '+ildct+ilme']
    await files.make('fields.ts', ...picture('50', 2), ...fields, '-c:v', 'mpeg2video')
    const { plan } = await files.read('fields.ts')
    expect(plan.video.filters[0]).toMatch(/^bwdif=/)
  })

  test('no sound, two tracks with names, sound that begins before the picture', async () => {
    await files.make('silent.mp4', ...picture('25', 1), ...x264)
    expect((await files.read('silent.mp4')).plan.audio).toEqual([])
    const maps = ['-map', '0', '-map', '1', '-map', '2', '-c:a', 'aac']
    const tags = ['-metadata:s:a:0', 'language=deu', '-metadata:s:a:1', 'title=Director']
    const streams = [...picture('25', 1), ...sine(1), ...sine(1)]
    await files.make('two.mkv', ...streams, ...maps, ...x264, ...tags)
    const { probe, plan } = await files.read('two.mkv')
    expect(probe.streams).toBe(3)
    expect(probe.audio.map(({ stream, language, title }) => [stream, language, title])).toEqual([
      [1, /^(ger|deu)$/.exec(probe.audio[0]?.language ?? '')?.[0], null],
      [2, null, 'Director'],
    ])
    expect(plan.audio).toHaveLength(2)
    const film = ['-i', files.at('film.mp4')]
    const early = ['-itsoffset', '1', ...film, ...film, '-map', '0:v', '-map', '1:a', ...copy]
    await files.make('early.mp4', ...early)
    const { timeline } = (await files.read('early.mp4')).plan.video
    expect(timeline).toMatchObject({ zero: rational(0), frames: 100 })
  })

  test.each([
    ['disc.vob', 'ac3', ['-c:v', 'mpeg2video', '-c:a', 'ac3']],
    ['disc-2.vob', 'dts', ['-c:v', 'mpeg2video', '-c:a', 'dca', '-strict', '-2']],
    ['early.mpg', 'mp2', ['-c:v', 'mpeg1video', '-c:a', 'mp2']],
    ['broadcast.ts', 'dts', [...x264, '-c:a', 'dca', '-strict', '-2']],
  ])('what %s holds, which its container does not say', async (name, sound, codecs) => {
    await files.make(name, ...picture('25', 1), ...sine(1), ...codecs, '-ar', '48000')
    const { probe } = await files.read(name)
    expect(probe.video?.codec).toMatch(/^(h264|mpeg[12]video)$/)
    expect(probe.audio.map(({ codec }) => codec)).toEqual([sound])
  })

  test('cover art is no film', async () => {
    await files.make('cover.jpg', ...picture('1', 1, '64x64'), '-frames:v', '1')
    const cover = ['-i', files.at('cover.jpg'), '-map', '0', '-map', '1', ...copy]
    await files.make(
      'covered.mp4',
      '-i',
      files.at('film.mp4'),
      ...cover,
      '-disposition:v:1',
      'attached_pic',
    )
    expect((await files.read('covered.mp4')).plan.video.stream).toBe(0)
    const song = [...sine(1), '-i', files.at('cover.jpg'), '-map', '0', '-map', '1', '-c:a', 'aac']
    await files.make('song.m4a', ...song, '-c:v', 'copy', '-disposition:v', 'attached_pic')
    expect((await files.read('song.m4a')).plan.video.drawn).toEqual({ cover: 1 })
  })

  test('the limits hold for what the file says of itself', async () => {
    const limited = (name: string, limits: Partial<SourceLimits>) =>
      expect(files.read(name, limits)).rejects
    await limited('film.mp4', { maxStreams: 1 }).toMatchObject({ code: 'too-many-streams' })
    await limited('film.mp4', { maxLongSide: 159 }).toMatchObject({ code: 'picture-too-large' })
    await limited('film.mp4', { maxFramesPerSecond: 24 }).toMatchObject({ code: 'rate-too-high' })
    await limited('film.mp4', { maxDurationSeconds: 2 }).toMatchObject({ code: 'too-long' })
  })
})

describe('what can not be read', () => {
  test('files cut short', async () => {
    await files.make(
      'cut-front.mp4',
      '-i',
      files.at('film.mp4'),
      ...copy,
      '-movflags',
      '+faststart',
    )
    for (const name of ['cut-front.mp4', 'cut-end.mp4']) {
      if (name === 'cut-end.mp4')
        await writeFile(files.at(name), await readFile(files.at('film.mp4')))
      await truncate(files.at(name), Math.floor((await stat(files.at(name))).size / 2))
      expect(await files.refusal(name)).toBe('source-truncated')
    }
  })

  test('nothing, text, playlists, captions and noise', async () => {
    await writeFile(files.at('zero.mp4'), '')
    await writeFile(files.at('text.mp4'), 'It was a dark and stormy night.\n')
    await writeFile(files.at('playlist.mp4'), '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')
    await writeFile(files.at('lines.srt'), '1\n00:00:00,500 --> 00:00:03,000\nA dark night\n')
    await files.make('lines.mkv', '-i', files.at('lines.srt'))
    const noise = Buffer.alloc(50_000, 'MillRace noise')
    await writeFile(
      files.at('noise.mkv'),
      Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), noise]),
    )
    expect(await files.refusal('zero.mp4')).toBe('source-empty')
    expect(await files.refusal('text.mp4')).toBe('source-not-media')
    expect(await files.refusal('playlist.mp4')).toBe('source-is-playlist')
    expect(await files.refusal('lines.mkv')).toBe('no-video')
    expect(await files.refusal('noise.mkv')).toBe('source-unreadable')
  })

  test('an encrypted film, one whose clock starts again, one that nothing here decodes', async () => {
    const key = '76a6c65c5ea762046bd749a2e632ccbb'
    const cenc = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', key]
    await files.make(
      'locked.mp4',
      '-i',
      files.at('film.mp4'),
      ...copy,
      ...cenc,
      '-encryption_kid',
      key,
    )
    expect(await files.refusal('locked.mp4')).toBe('unsupported-source')
    await files.make('once.ts', '-i', files.at('film.mp4'), ...copy)
    const once = await readFile(files.at('once.ts'))
    await writeFile(files.at('twice.ts'), Buffer.concat([once, once]))
    expect(await files.refusal('twice.ts')).toBe('unsupported-source')
    await files.make('plain.avi', ...picture('25', 1), '-c:v', 'mpeg4')
    const plain = await readFile(files.at('plain.avi'))
    for (let i = plain.indexOf('FMP4'); i >= 0; i = plain.indexOf('FMP4', i)) plain.write('ZZZ9', i)
    await writeFile(files.at('unknown.avi'), plain)
    expect(await files.refusal('unknown.avi')).toBe('unsupported-codec')
  })

  test('a source that breaks off while it is scanned is no shorter film', async () => {
    await files.make('broken.mkv', ...picture('25', 20, '640x480'), ...x264, '-crf', '10')
    const { size: sizeBytes } = await stat(files.at('broken.mkv'))
    expect(sizeBytes).toBeGreaterThan(3_000_000)
    const breaking = await createSourceServer({
      readRange: async (key, { start, end }) => {
        if (end > 2_500_000) throw new MillraceError('source-changed')
        return createReadStream(key, { start, end })
      },
      log: silentLog,
    })
    const {
      url: input,
      read,
      failure,
    } = breaking.open({ key: files.at('broken.mkv'), etag: '1', sizeBytes })
    const signal = new AbortController().signal
    const request = { input, read, sizeBytes, demuxer: 'matroska', ffmpeg, signal } as const
    await expect(probeSource({ ...request, limits: defaultLimits })).rejects.toBeInstanceOf(
      MillraceError,
    )
    expect(failure()?.code).toBe('source-changed')
    breaking.close()
  })
})
