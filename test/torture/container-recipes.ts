// Inputs in every container there is, and what else containers carry: covers, subtitles, data, many streams, an index in any
// place or in none.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { beeps, bt601, saidBt709, taggedBt709 } from './counted-film.ts'
import { film, type Kit, type Recipe } from './recipe.ts'

const mpeg4 = ['-c:v', 'mpeg4', '-q:v', '3', '-g', '30']
const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '2M']

/** Written to a pipe: the muxer can't go back to fill in the duration and the index. */
const piped =
  (...output: string[]): Recipe =>
  async kit => {
    const whole = await kit.film({ output: ['-f', 'matroska'] }, kit.at('whole'))
    const args = ['-v', 'error', '-i', whole, '-c', 'copy', ...output, 'pipe:1']
    const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit')
    await pipeline(child.stdout, createWriteStream(kit.path))
    await ended
  }

async function withSubtitles(kit: Kit, codec: string): Promise<void> {
  const text = kit.at('srt')
  await writeFile(text, '1\n00:00:00,500 --> 00:00:03,000\nA dark and stormy night\n')
  const whole = await kit.film({}, kit.at('whole.mp4'))
  await kit.make('-i', whole, '-i', text, '-map', '0', '-map', '1', '-c', 'copy', '-c:s', codec)
}

async function withCover(kit: Kit): Promise<void> {
  const cover = kit.at('jpg')
  await kit.ffmpeg('-f', 'lavfi', '-i', 'color=red:s=1200x1200', '-frames:v', '1', cover)
  const whole = await kit.film({}, kit.at('whole.mp4'))
  const both = ['-i', cover, '-i', whole, '-map', '0', '-map', '1', '-c', 'copy']
  await kit.make(...both, '-disposition:v:0', 'attached_pic')
}

async function withPictureTrack(kit: Kit): Promise<void> {
  const whole = await kit.film({}, kit.at('whole.mp4'))
  const small = ['-f', 'lavfi', '-i', 'color=red:s=160x90:d=4']
  const maps = ['-map', '1', '-map', '0:v', '-map', '0:a']
  await kit.make('-i', whole, ...small, ...maps, '-c', 'copy', '-c:v:0', 'libx264')
}

async function withChapters(kit: Kit): Promise<void> {
  const chapter = (from: number, to: number) =>
    `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${from}\nEND=${to}\ntitle=A night\n`
  await writeFile(kit.at('txt'), `;FFMETADATA1\n${chapter(0, 1500)}${chapter(1500, 4000)}`)
  const whole = await kit.film({}, kit.at('whole.mp4'))
  await kit.make('-i', whole, '-i', kit.at('txt'), '-map', '0', '-map_chapters', '1', '-c', 'copy')
}

async function manyStreams(kit: Kit): Promise<void> {
  const whole = await kit.film({}, kit.at('whole.mp4'))
  const maps = Array.from({ length: 16 }, () => ['-map', '0:a']).flat()
  await kit.make('-i', whole, '-map', '0:v', ...maps, '-c', 'copy')
}

export const containerRecipes: Record<string, Recipe> = {
  'index-in-front.mp4': film({ output: ['-movflags', '+faststart'] }),
  'fragmented.mp4': film({ output: ['-movflags', '+frag_keyframe+empty_moov+default_base_moof'] }),
  'fragmented-plain.mp4': film({
    output: ['-movflags', '+frag_keyframe', '-frag_duration', '500000'],
  }),
  'quicktime.mov': film({ audio: ['-c:a', 'pcm_s16le'] }),
  'plain.mkv': film(),
  'no-duration.mkv': piped('-f', 'matroska'),
  'live.mkv': piped('-f', 'matroska', '-live', '1'),
  'vp8.webm': film({ video: [...vp8, ...taggedBt709], audio: ['-c:a', 'libvorbis'] }),
  'vp9.webm': film({
    video: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', ...taggedBt709],
    audio: ['-c:a', 'libopus'],
  }),
  'av1.mp4': film({ video: ['-c:v', 'libsvtav1', '-preset', '12', ...taggedBt709] }),
  'plain.ts': film(),
  'blu-ray.m2ts': film({ output: ['-mpegts_m2ts_mode', '1'], audio: ['-c:a', 'ac3'] }),
  'mpeg4.avi': film({ look: bt601, video: mpeg4, audio: ['-c:a', 'libmp3lame'] }),
  'reordered.avi': film({
    look: bt601,
    video: [...mpeg4, '-bf', '2'],
    audio: ['-c:a', 'libmp3lame'],
  }),
  'h264.avi': film({ audio: ['-c:a', 'pcm_s16le'] }),
  'motion-jpeg.avi': film({
    look: ['scale=out_color_matrix=bt601:out_range=pc', 'format=yuvj422p'],
    video: ['-c:v', 'mjpeg', '-q:v', '3'],
    audio: ['-c:a', 'pcm_s16le'],
  }),
  'raw.avi': film({
    look: ['scale=320:180', ...bt601],
    video: ['-c:v', 'rawvideo'],
    audio: ['-c:a', 'pcm_s16le'],
  }),
  'huffyuv.avi': film({
    look: ['scale=out_color_matrix=bt601:out_range=tv', 'format=yuv422p'],
    video: ['-c:v', 'huffyuv'],
    audio: ['-c:a', 'pcm_s16le'],
  }),
  'camcorder.avi': film({
    look: ['scale=720:576:out_color_matrix=bt601:out_range=tv', 'format=yuv420p', 'setsar=64/45'],
    video: ['-c:v', 'dvvideo'],
    audio: ['-c:a', 'pcm_s16le'],
  }),
  'ffv1.mkv': film({
    look: ['scale=out_color_matrix=bt709:out_range=tv', 'format=yuv444p10le', saidBt709],
    video: ['-c:v', 'ffv1'],
    audio: ['-c:a', 'flac'],
  }),
  'mpeg1.mpg': film({
    look: bt601,
    video: ['-c:v', 'mpeg1video', '-q:v', '3', '-bf', '2'],
    audio: ['-c:a', 'mp2'],
  }),
  'hevc.ts': film({
    video: [
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'],
      ...taggedBt709,
    ],
  }),
  'plain.flv': film(),
  'sorenson.flv': film({
    look: bt601,
    video: ['-c:v', 'flv1', '-q:v', '3'],
    sounds: [beeps({ rate: 44_100 })],
    audio: ['-c:a', 'libmp3lame'],
  }),
  'chapters.mp4': withChapters,
  'mpeg2.mpg': film({
    video: ['-c:v', 'mpeg2video', '-q:v', '3', '-bf', '2', ...taggedBt709],
    audio: ['-c:a', 'mp2'],
  }),
  'theora.ogv': film({
    look: bt601,
    video: ['-c:v', 'libtheora', '-q:v', '8'],
    audio: ['-c:a', 'libvorbis'],
  }),
  'windows.wmv': film({
    look: bt601,
    video: ['-c:v', 'wmv2', '-q:v', '3'],
    audio: ['-c:a', 'wmav2'],
  }),
  'phone.3gp': film({
    look: ['scale=352:288', 'setsar=12/11', ...bt601],
    video: ['-c:v', 'h263', '-q:v', '3'],
    sounds: [beeps({ rate: 44_100 })],
  }),
  'cover-first.mp4': withCover,
  'small-picture-first.mkv': withPictureTrack,
  'subtitles.mp4': kit => withSubtitles(kit, 'mov_text'),
  'subtitles.mkv': kit => withSubtitles(kit, 'srt'),
  'time-code.mov': film({ output: ['-timecode', '10:00:00:00'] }),
  'seventeen-streams.mp4': manyStreams,
  'animation.gif': film({ sounds: [], look: ['scale=320:180'], video: ['-c:v', 'gif'] }),
  'picture.mp4': async kit => {
    const frame = ['-f', 'lavfi', '-i', 'color=red:s=320x240', '-frames:v', '1']
    await kit.ffmpeg(...frame, kit.at('jpg'))
    await kit.change(kit.at('jpg'), file => file)
  },
}
