// Inputs made to read what is not theirs, to fill memory, or to keep a worker busy: each ends in the film it also holds, or in words.
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { box, u16, u32 } from '../../transcoder/box-writing.ts'
import { avi } from './damage-recipes.ts'
import type { Kit, Recipe } from './recipe.ts'

/** A film changed by one path of boxes; the index stands behind the media, so that no offset moves. */
const withBox =
  (path: readonly string[], change: (old: Buffer) => Uint8Array): Recipe =>
  async kit => {
    await kit.film()
    await kit.change(kit.path, file => replaceBox(file, path, change))
  }

/** The first box of each type on the way; sizes of what is around it follow. */
function replaceBox(
  bytes: Buffer,
  [type = '', ...rest]: readonly string[],
  change: (old: Buffer) => Uint8Array,
): Buffer {
  const start = startOf(bytes, type)
  const end = start + bytes.readUInt32BE(start)
  const body = bytes.subarray(start + 8, end)
  const replaced = rest.length > 0 ? box(type, replaceBox(body, rest, change)) : change(body)
  return Buffer.concat([bytes.subarray(0, start), replaced, bytes.subarray(end)])
}

function startOf(bytes: Buffer, type: string): number {
  for (let at = 0; at + 8 <= bytes.length; at += bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === type) return at
  }
  throw new Error(`there is no ${type}`)
}

/** The video's samples are said to lie in another file, by a Macintosh alias with an absolute path. */
async function elsewhere(kit: Kit): Promise<void> {
  const secret = await kit.film({ from: 100 }, kit.at('secret.mov'))
  const path = Buffer.from(resolve(secret))
  const alias = Buffer.concat([
    u32(1),
    Buffer.alloc(10),
    Buffer.alloc(28), // the volume's name
    Buffer.alloc(12),
    Buffer.alloc(64), // the file's name
    Buffer.alloc(16),
    u16(1),
    u16(1),
    Buffer.alloc(16),
    u16(2), // an absolute path follows
    u16(path.length),
    path,
    Buffer.alloc(path.length % 2),
    u16(0xffff),
    u16(0),
  ])
  const references = box('dref', u32(0), u32(1), box('alis', alias))
  await kit.film()
  await kit.change(kit.path, file =>
    replaceBox(file, ['moov', 'trak', 'mdia', 'minf', 'dinf'], () => box('dinf', references)),
  )
}

const le16 = (value: number) => Buffer.from([value & 255, value >> 8])
const le32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const chunk = (type: string, body: Uint8Array) =>
  Buffer.concat([Buffer.from(type), le32(body.length), body, Buffer.alloc(body.length % 2)])

/** AVI carries subtitles as a file of their own kind, opened by its content: here a playlist that names a local file. */
async function playlistInSubtitles(kit: Kit): Promise<void> {
  const playlist = Buffer.from('#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n')
  const gab2 = [Buffer.from('GAB2\0'), le16(2), le32(0), le16(4), le32(playlist.length), playlist]
  const packet = chunk('02tx', Buffer.concat(gab2))
  const strh = Buffer.alloc(56)
  strh.write('txts')
  strh.writeUInt32LE(1, 20)
  strh.writeUInt32LE(25, 24)
  strh.writeUInt32LE(1, 32)
  const stream = chunk(
    'LIST',
    Buffer.concat([Buffer.from('strl'), chunk('strh', strh), chunk('strf', Buffer.alloc(0))]),
  )
  await kit.film(avi)
  await kit.change(kit.path, file => {
    const media = file.indexOf('movi') - 8
    const index = file.lastIndexOf('idx1')
    file.writeUInt32LE(3, file.indexOf('avih') + 8 + 24)
    for (const [at, more] of [
      [0, stream.length + packet.length],
      [12, stream.length],
      [media, packet.length],
    ] as const) {
      file.writeUInt32LE(file.readUInt32LE(at + 4) + more, at + 4)
    }
    // The header list has grown by the stream; what follows it begins where the list ended before.
    const headerEnd = 20 + file.readUInt32LE(16) - stream.length
    const [header, rest] = [file.subarray(0, headerEnd), file.subarray(headerEnd, index)]
    return Buffer.concat([header, stream, rest, packet, file.subarray(index)])
  })
}

/** Some hundred bytes that fill 2 GB once they are decoded. */
async function largePicture(kit: Kit): Promise<string> {
  const side = 16_000
  const part = (type: string, body: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), body])
    return Buffer.concat([u32(body.length), named, u32(crc32(named))])
  }
  const header = Buffer.concat([u32(side, side), Buffer.from([16, 6, 0, 0, 0])])
  const rows = deflateSync(Buffer.alloc(100_000))
  const parts = [part('IHDR', header), part('IDAT', rows), part('IEND', Buffer.alloc(0))]
  await writeFile(
    kit.at('png'),
    Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]),
  )
  return kit.at('png')
}

async function largeCover(kit: Kit): Promise<void> {
  const whole = await kit.film({}, kit.at('whole.mp4'))
  const inputs = ['-i', whole, '-i', await largePicture(kit), '-map', '0', '-map', '1']
  await kit.make(...inputs, '-c', 'copy', '-disposition:v:1', 'attached_pic')
}

/** The whole index packed by zlib, as QuickTime allows: what it says to hold is not what comes out. */
async function packedIndex(kit: Kit): Promise<void> {
  await kit.film()
  await kit.change(kit.path, file => {
    const zeros = deflateSync(Buffer.alloc(100_000_000))
    const packed = [box('dcom', Buffer.from('zlib')), box('cmvd', u32(0xffff_0000), zeros)]
    return replaceBox(file, ['moov'], () => box('moov', box('cmov', ...packed)))
  })
}

const track = ['moov', 'trak']
const samples = [...track, 'mdia', 'minf', 'stbl']
const nested = (depth: number): Buffer => {
  let inside = box('udta')
  for (let level = 0; level < depth; level++) inside = box('udta', inside)
  return inside
}

/** What ends up in the page, the log, or a header, when nobody looks. */
const sly = `"><script>alert(1)</script>\r\nSet-Cookie: a=b\u001b[2J\u202e$(reboot)${'x'.repeat(5000)}`

export const attackRecipes: Record<string, Recipe> = {
  'elsewhere.mov': elsewhere,
  'playlist-in-subtitles.avi': playlistInSubtitles,
  'large-cover.mp4': largeCover,
  'large-picture.mov': async kit =>
    kit.make('-loop', '1', '-i', await largePicture(kit), '-frames:v', '3', '-c', 'copy'),
  'packed-index.mov': packedIndex,
  'endless-samples.mp4': withBox([...samples, 'stsz'], () => box('stsz', u32(0, 1, 0x7fff_ffff))),
  'endless-edits.mp4': withBox([...track, 'edts', 'elst'], () =>
    box('elst', u32(0, 20_000), ...Array.from({ length: 20_000 }, () => u32(9000, 0, 0x10000))),
  ),
  'deep-boxes.mp4': withBox(track, old => Buffer.concat([box('trak', old), nested(20_000)])),
  'sly-names.mp4': async kit => {
    const whole = await kit.film({}, kit.at('whole.mp4'))
    const said = ['title', 'artist', 'comment'].flatMap(name => ['-metadata', `${name}=${sly}`])
    const heard = ['-metadata:s:a:0', `handler_name=${sly}`, '-metadata:s:a:0', `title=${sly}`]
    await kit.make('-i', whole, '-c', 'copy', ...said, ...heard)
  },
  'sdp.mp4': kit =>
    writeFile(
      kit.path,
      'v=0\no=- 0 0 IN IP4 169.254.169.254\nc=IN IP4 169.254.169.254\nm=video 9 RTP/AVP 33\n',
    ),
  'drawing.mp4': kit =>
    writeFile(
      kit.path,
      '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>\n',
    ),
  'archive.mp4': kit => writeFile(kit.path, Buffer.from('504b030414000000080000002100', 'hex')),
}
