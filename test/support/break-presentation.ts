// Ways to break a finished presentation by one bit: lines of its playlists, numbers in its moofs. Each leaves everything else as
// it was.
import type { Finished } from './presentation.ts'

export type Files = Map<string, Buffer>

/** @throws when nothing changed: the fault would not be there. */
export function edit(files: Files, name: string, change: (text: string) => string): void {
  const before = files.get(name)?.toString() ?? ''
  const after = change(before)
  if (after === before) throw new Error(`${name} is as it was`)
  files.set(name, Buffer.from(after))
}

/** EXTINF, BYTERANGE and address of one segment. */
const entry = /#EXTINF.*\n(?:#EXT-X-BYTERANGE.*\n)?.*\n/g

export function removeEntry(text: string, index: number): string {
  const found = [...text.matchAll(entry)].at(index)
  return found ? text.replace(found[0], '') : text
}

export function swapEntries(text: string, a: number, b: number): string {
  const found = [...text.matchAll(entry)].map(([lines]) => lines)
  const [first = '', second = ''] = [found[a], found[b]]
  return text.replace(first, '\0').replace(second, first).replace('\0', second)
}

/** The bytes of a fragment, shared with the file. */
export function fragmentAt(
  files: Files,
  { tracks }: Finished,
  track: string,
  index: number,
  fragment: number,
): Buffer {
  const chunk = tracks.get(track)?.[index]
  const file = files.get(chunk?.key.split('/').slice(-2).join('/') ?? '')
  const part = chunk?.fragments[fragment]
  if (!chunk || !file || !part) throw new Error(`${track} has no fragment ${index}.${fragment}`)
  const start = chunk.fragments
    .slice(0, fragment)
    .reduce((sum, { bytes }) => sum + bytes, chunk.initBytes)
  return file.subarray(start, start + part.bytes)
}

/** Where the body of a box begins, found by its name. */
const bodyOf = (fragment: Buffer, type: string) => {
  const at = fragment.indexOf(type, 0, 'latin1')
  if (at < 0) throw new Error(`no ${type}`)
  return at + 4
}

/** Moves the decode times of whole chunks. */
export function shiftTimes(
  files: Files,
  made: Finished,
  track: string,
  seconds: number,
  moves: (chunk: number) => boolean,
): void {
  for (const { index, fragments, timescale } of made.tracks.get(track) ?? []) {
    if (!moves(index)) continue
    for (const at of fragments.keys()) {
      const fragment = fragmentAt(files, made, track, index, at)
      const body = bodyOf(fragment, 'tfdt')
      const ticks = BigInt(Math.round(seconds * timescale))
      if (fragment[body] === 1) {
        fragment.writeBigUInt64BE(fragment.readBigUInt64BE(body + 4) + ticks, body + 4)
      } else {
        fragment.writeUInt32BE(fragment.readUInt32BE(body + 4) + Number(ticks), body + 4)
      }
    }
  }
}

const nonSync = 0x1010000

/** Says of the first sample of a fragment that it is no keyframe. */
export function dropKeyframe(fragment: Buffer): void {
  const body = bodyOf(fragment, 'trun')
  const flags = fragment.readUInt32BE(body) & 0xffffff
  let at = body + 8 + (flags & 0x1 ? 4 : 0)
  if (!(flags & 0x4)) {
    if (!(flags & 0x400)) throw new Error('the flags of the first sample stand in its tfhd')
    at += (flags & 0x100 ? 4 : 0) + (flags & 0x200 ? 4 : 0)
  }
  fragment.writeUInt32BE(nonSync, at)
}

/** Two segments of one object listed as one: true, gapless, and cut elsewhere than the other rungs. */
export function moveEntries(files: Files, { tracks }: Finished, track: string): void {
  const chunk = tracks.get(track)?.find(({ fragments }) => fragments.length === 2)
  edit(files, `${track}.m3u8`, text => {
    const own = [...text.matchAll(entry)].filter(([lines]) => lines.includes(`/${chunk?.index}.`))
    const [first, second] = own.map(([lines]) => lines)
    const range = (lines = '') =>
      lines
        .match(/BYTERANGE:(\d+)@(\d+)/)
        ?.slice(1)
        .map(Number) ?? []
    const [[bytes = 0, start = 0], [more = 0]] = [range(first), range(second)]
    const seconds = (lines = '') => Number(lines.match(/#EXTINF:([\d.]+)/)?.[1])
    const uri = first?.split('\n')[2]
    const joined = [
      `#EXTINF:${(seconds(first) + seconds(second)).toFixed(6)},`,
      `#EXT-X-BYTERANGE:${bytes + more}@${start}`,
      `${uri}\n`,
    ].join('\n')
    return text.replace(`${first}${second}`, joined).replace('TARGETDURATION:2', 'TARGETDURATION:4')
  })
}
