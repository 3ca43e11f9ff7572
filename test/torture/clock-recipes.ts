// Inputs whose clock is odd: every common rate, variable ones, edit lists, a late start, few keyframes, very few pictures.
import { readFile, writeFile } from 'node:fs/promises'
import { beeps, bt709, type Film, taggedBt709, x264 } from './counted-film.ts'
import { film, type Kit, type Recipe } from './recipe.ts'

const atRate = (rate: string, frames: number, more: Film = {}): Recipe => {
  const [num = 25, den = 1] = rate.split('/').map(Number)
  return film({ rate, frames, sounds: [beeps({ seconds: (frames * den) / num })], ...more })
}

const tagged = (...more: string[]) => x264(...taggedBt709, ...more)
/** Of ten pictures the fourth is missing, and sixteen in the middle. */
const holes = [...["select='not(eq(mod(n,10),3)+between(n,44,59))'", ...bt709]]
const variable = (output: string[] = []): Film => ({
  rate: '30',
  frames: 120,
  look: holes,
  output: ['-fps_mode', 'vfr', ...output],
})

/** A copy of a film whose stream begins inside a GOP: an edit list hides the pictures before `from`. */
const cutInside =
  (from: number): Recipe =>
  async kit => {
    const whole = await kit.film({}, kit.at('whole.mp4'))
    await kit.make('-ss', String(from), '-i', whole, '-c', 'copy', '-avoid_negative_ts', 'disabled')
  }

/** The film's pieces that a list of edits shows, in movie ticks of 1/1000 s from … for …; written over an empty edit's room. */
const edited =
  (...pieces: (readonly [from: number, milliseconds: number])[]): Recipe =>
  async kit => {
    // Sound that begins late gets two entries; the picture of this film has the late start.
    await kit.film({ sounds: [], frames: 100, pictureAt: 1 })
    await kit.change(kit.path, file => {
      const list = file.indexOf('elst') + 4
      const mediaScale = file.readUInt32BE(file.indexOf('mdhd') + 4 + 12)
      const delay = file.readInt32BE(list + 8 + 12 + 4)
      for (const [index, [from, milliseconds]] of pieces.entries()) {
        const at = list + 8 + index * 12
        file.writeUInt32BE(milliseconds, at)
        file.writeInt32BE(delay + Math.round((from * mediaScale) / 1000), at + 4)
      }
      return file
    })
  }

/** A recording that was switched on between two keyframes: its first pictures can't be decoded. */
const withoutFirstKeyframe =
  (container: string, gop: number): Recipe =>
  async kit => {
    const video = tagged('-g', String(gop), '-sc_threshold', '0')
    const whole = await kit.film({ video, output: ['-f', 'mpegts'] }, kit.at('whole.ts'))
    const drop = ['-bsf:v', "noise=drop='lt(n,10)'"]
    await kit.make('-copyts', '-i', whole, '-map', '0', '-c', 'copy', ...drop, '-f', container)
  }

async function twice(kit: Kit): Promise<void> {
  const part = await readFile(await kit.film({}, kit.at('once.ts')))
  await writeFile(kit.path, Buffer.concat([part, part]))
}

export const clockRecipes: Record<string, Recipe> = {
  '24.mp4': atRate('24', 96),
  '23.976.mp4': atRate('24000/1001', 96),
  '23.976.mkv': atRate('24000/1001', 96),
  '29.97.mp4': atRate('30000/1001', 120),
  '29.97.ts': atRate('30000/1001', 120),
  '30.mkv': atRate('30', 120),
  '50.mp4': atRate('50', 200),
  '59.94.mp4': atRate('60000/1001', 240),
  '60.mp4': atRate('60', 240),
  '12.5.mp4': atRate('25/2', 50),
  '1-a-second.mp4': atRate('1', 4),
  '2-a-second.mkv': atRate('2', 8),
  '120.mp4': atRate('120', 240),
  '240.mp4': atRate('240', 240),
  'variable.mp4': film(variable()),
  'variable.mkv': film(variable()),
  'one-picture.mp4': film({ frames: 1, sounds: [] }),
  'two-pictures.mp4': film({ frames: 2, sounds: [] }),
  'one-picture-with-sound.mp4': film({ frames: 1 }),
  'starts-at-5.mp4': film({ output: ['-output_ts_offset', '5'] }),
  'starts-at-5.mkv': film({ output: ['-output_ts_offset', '5'] }),
  'edit-list-inside-a-gop.mp4': cutInside(1),
  'negative-offsets.mp4': film({ output: ['-movflags', '+negative_cts_offsets'] }),
  'two-edits.mp4': edited([0, 1000], [2400, 1000]),
  'two-edits-inside-a-gop.mp4': edited([0, 1000], [2000, 1000]),
  'repeated-edit.mp4': edited([1000, 1000], [1000, 1000]),
  'jitter.mkv': film({
    rate: '30',
    frames: 120,
    look: ["settb=1/1000,setpts='PTS+9*(mod(7*N,3)-1)'", ...bt709],
    output: ['-fps_mode', 'passthrough', '-enc_time_base', '1/1000'],
    sounds: [beeps()],
  }),
  'no-first-keyframe.ts': withoutFirstKeyframe('mpegts', 25),
  'no-first-keyframe.mkv': withoutFirstKeyframe('matroska', 75),
  'open-gops.ts': film({ video: tagged('-g', '20', '-x264-params', 'open-gop=1') }),
  'one-keyframe.mp4': film({ video: tagged('-g', '9999', '-sc_threshold', '0') }),
  'one-keyframe-in-7-hours.mkv': kit =>
    kit.make(
      ...['-f', 'lavfi', '-i', 'color=s=64x36:r=1:d=25200', '-c:v', 'libx264', '-g', '99999'],
      ...['-preset', 'ultrafast', '-sc_threshold', '0', '-pix_fmt', 'yuv420p'],
    ),
  'wrapped-clock.ts': film({ output: ['-output_ts_offset', '95440.7'] }),
  'clock-starts-again.ts': twice,
}
