// Inputs whose sound is odd: none, one channel or eight, several tracks, early, late, short or long, at any sample rate.
import { writeFile } from 'node:fs/promises'
import { beeps, bt601 } from './counted-film.ts'
import { film, type Kit, type Recipe } from './recipe.ts'

const pcm = ['-c:a', 'pcm_s16le']
const atRate = (rate: number, audio: string[] = pcm): Recipe =>
  film({ sounds: [beeps({ rate })], audio })

async function withSleeve(kit: Kit, codec: string[]): Promise<void> {
  const cover = kit.at('jpg')
  await kit.ffmpeg('-f', 'lavfi', '-i', 'color=red:s=600x600', '-frames:v', '1', cover)
  const both = [...beeps(), '-i', cover, '-map', '0', '-map', '1']
  await kit.make(...both, ...codec, '-c:v', 'copy', '-disposition:v:0', 'attached_pic')
}

export const soundRecipes: Record<string, Recipe> = {
  'silent.mp4': film({ sounds: [] }),
  'sound-alone.m4a': kit => kit.make(...beeps(), '-c:a', 'aac'),
  'sound-alone.mp3': kit => kit.make(...beeps(), '-c:a', 'libmp3lame'),
  'sound-alone.wav': kit => kit.make(...beeps({ rate: 44_100 }), ...pcm),
  'sound-alone.flac': kit => kit.make(...beeps(), '-c:a', 'flac'),
  'sound-alone.aac': kit => kit.make(...beeps({ rate: 44_100 }), '-c:a', 'aac'),
  'sound-alone.ogg': kit => kit.make(...beeps(), '-c:a', 'libopus'),
  'sound-alone.mka': kit => kit.make(...beeps(), '-c:a', 'libvorbis'),
  'sound-alone.ts': kit => kit.make(...beeps(), '-c:a', 'mp2'),
  'covered.m4a': kit => withSleeve(kit, ['-c:a', 'aac']),
  'covered.mp3': kit => withSleeve(kit, ['-c:a', 'libmp3lame']),
  'no-length.mp3': kit =>
    kit.make(...beeps(), '-c:a', 'libmp3lame', '-q:a', '2', '-write_xing', '0'),
  'captions-alone.mkv': async kit => {
    await writeFile(kit.at('srt'), '1\n00:00:00,500 --> 00:00:03,000\nIt was a dark night\n')
    await kit.make('-i', kit.at('srt'))
  },
  'mono.mp4': film({ sounds: [beeps({ layout: 'mono', channels: 1 })] }),
  'centre-of-5.1.mp4': film({
    sounds: [beeps({ layout: '5.1', channels: 6, loud: [2] })],
    audio: ['-c:a', 'aac', '-b:a', '384k'],
  }),
  'side-of-7.1.mkv': film({
    sounds: [beeps({ layout: '7.1', channels: 8, loud: [6] })],
    audio: ['-c:a', 'flac'],
  }),
  'two-languages.mkv': film({
    sounds: [beeps(), beeps({ hertz: 1500 })],
    output: ['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=deu'],
  }),
  'two-rates.mp4': film({
    sounds: [beeps({ rate: 44_100 }), beeps({ hertz: 600, rate: 22_050 })],
    output: ['-metadata:s:a:0', 'language=fra', '-metadata:s:a:1', 'language=jpn'],
  }),
  'late.mp4': film({ soundAt: 0.3 }),
  'late.mkv': film({ soundAt: 0.3 }),
  'late.ts': film({ soundAt: 0.3 }),
  'early.mp4': film({ pictureAt: 0.28 }),
  'early.mkv': film({ pictureAt: 0.28 }),
  'early-by-2-seconds.mp4': film({ pictureAt: 2 }),
  'hole.mkv': film({
    sounds: [[...beeps({ seconds: 4 })]],
    audio: ['-af', "aselect='not(between(t,1.2,2.2))'", '-c:a', 'flac'],
  }),
  'late-by-2-seconds.mkv': film({ soundAt: 2, sounds: [beeps({ seconds: 2 })] }),
  'short.mp4': film({ sounds: [beeps({ seconds: 2 })] }),
  'long.mp4': film({ sounds: [beeps({ seconds: 7 })] }),
  'long.mkv': film({ sounds: [beeps({ seconds: 7 })] }),
  'long.ts': film({ sounds: [beeps({ seconds: 7 })] }),
  'much-longer.mp4': film({ frames: 25, sounds: [beeps({ seconds: 9 })] }),
  '8-khz.mov': atRate(8000, ['-c:a', 'pcm_mulaw']),
  '22.05-khz.avi': film({
    sounds: [beeps({ rate: 22_050 })],
    look: bt601,
    video: ['-c:v', 'mpeg4', '-q:v', '3'],
    audio: ['-c:a', 'libmp3lame'],
  }),
  '8-khz-mono.mkv': film({
    sounds: [beeps({ layout: 'mono', channels: 1, rate: 8000 })],
    audio: pcm,
  }),
  '192-khz.mkv': atRate(192_000, ['-c:a', 'flac']),
  '44.1-khz.mp4': atRate(44_100, ['-c:a', 'aac']),
  '96-khz.mov': atRate(96_000, ['-c:a', 'pcm_s24le']),
  'opus.mp4': film({ audio: ['-c:a', 'libopus', '-b:a', '128k'] }),
  'mp3.mp4': film({ audio: ['-c:a', 'libmp3lame'] }),
  'ac3.ts': film({
    sounds: [beeps({ layout: '5.1', channels: 6 })],
    audio: ['-c:a', 'ac3', '-b:a', '384k'],
  }),
  'alac.m4v': film({ audio: ['-c:a', 'alac'], output: ['-f', 'mov'] }),
  'vorbis.mkv': film({ audio: ['-c:a', 'libvorbis'] }),
}
