// Inputs that are damaged, cut, locked, no video at all, or made to mislead: each ends in what can still be shown, or in words.
import { writeFile } from 'node:fs/promises'
import { bt601, taggedBt709, x264 } from './counted-film.ts'
import { film, type Recipe } from './recipe.ts'

const text =
  (content: string): Recipe =>
  kit =>
    writeFile(kit.path, content)

/** A film of which a part of the bytes is left. */
const cut =
  (container: string, part: number, output: string[] = []): Recipe =>
  async kit => {
    const whole = await kit.film({ output: [...output, '-f', container] }, kit.at('whole'))
    await kit.change(whole, file => file.subarray(0, Math.floor(file.length * part)))
  }

const fill = (file: Buffer, from: number, bytes: number) => file.fill(0xa5, from, from + bytes)

/** Some bytes in the middle of the media are something else. */
const scarred =
  (container: string, output: string[] = []): Recipe =>
  async kit => {
    const whole = await kit.film({ output: [...output, '-f', container] }, kit.at('whole'))
    await kit.change(whole, file => fill(file, Math.floor(file.length / 2), 3000))
  }

export const avi = {
  look: bt601,
  video: ['-c:v', 'mpeg4', '-q:v', '3', '-g', '30'],
  audio: ['-c:a', 'libmp3lame'],
}

const key = '76a6c65c5ea762046bd749a2e632ccbb'

export const damageRecipes: Record<string, Recipe> = {
  'empty.mp4': text(''),
  'letter.mp4': text('It was a dark and stormy night.\n'.repeat(50)),
  'playlist.mp4': text('#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n'),
  'concat.mp4': text("ffconcat version 1.0\nfile '/etc/passwd'\n"),
  'script.mp4': text('#!/bin/sh\nrm -rf /\n'),
  'dash.mp4': text('<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>\n'),
  'zeros.mp4': kit => writeFile(kit.path, Buffer.alloc(100_000)),
  'cut-index-behind.mp4': cut('mp4', 0.5),
  'cut-index-in-front.mp4': cut('mp4', 0.5, ['-movflags', '+faststart']),
  'cut.mkv': cut('matroska', 0.5),
  'cut.ts': cut('mpegts', 0.5),
  'cut-header.mp4': cut('mp4', 0.0005, ['-movflags', '+faststart']),
  'cut.avi': async kit => {
    await kit.film(avi)
    await kit.change(kit.path, file => file.subarray(0, Math.floor(file.length / 2)))
  },
  'broken-index.avi': async kit => {
    await kit.film(avi)
    await kit.change(kit.path, file => {
      const index = file.lastIndexOf('idx1')
      return fill(file, index + 8, file.length - index - 8)
    })
  },
  'no-index.avi': async kit => {
    await kit.film(avi)
    await kit.change(kit.path, file => file.subarray(0, file.lastIndexOf('idx1')))
  },
  'scarred.mp4': scarred('mp4'),
  'scarred.ts': scarred('mpegts'),
  'scarred.mkv': scarred('matroska'),
  'other-bytes.mp4': async kit => {
    await kit.film()
    // The index is whole, and nothing it points at can be decoded.
    await kit.change(kit.path, file => {
      const media = file.indexOf('mdat') + 4
      return fill(file, media, file.indexOf('moov') - 4 - media)
    })
  },
  'broken-parameters.mp4': async kit => {
    await kit.film()
    await kit.change(kit.path, file =>
      file.fill(0xff, file.indexOf('avcC') + 12, file.indexOf('avcC') + 34),
    )
  },
  'lost-packets.ts': async kit => {
    await kit.film()
    // Twenty packets of 188 bytes are gone, as from a bad reception.
    await kit.change(kit.path, file => {
      const at = Math.floor(file.length / 2 / 188) * 188
      return Buffer.concat([file.subarray(0, at), file.subarray(at + 20 * 188)])
    })
  },
  'begins-inside-a-packet.ts': async kit => {
    await kit.film({ video: x264(...taggedBt709, '-g', '25') })
    await kit.change(kit.path, file => file.subarray(100))
  },
  'huge-header.avi': async kit => {
    await kit.film({ ...avi, look: ['scale=88:50', ...bt601] })
    await kit.change(kit.path, file => {
      const at = file.indexOf('strf') + 8
      file.writeInt32LE(65_500, at + 4)
      file.writeInt32LE(65_500, at + 8)
      return file
    })
  },
  'huge-raw.avi': async kit => {
    await kit.film({ sounds: [], frames: 2, look: ['scale=64:36'], video: ['-c:v', 'rawvideo'] })
    await kit.change(kit.path, file => {
      const at = file.indexOf('strf') + 8
      file.writeInt32LE(65_500, at + 4)
      file.writeInt32LE(65_500, at + 8)
      return file
    })
  },
  'locked.mp4': film({
    output: [
      ...['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', key],
      ...['-encryption_kid', key],
    ],
  }),
  'unknown-codec.avi': async kit => {
    await kit.film({ ...avi, audio: ['-c:a', 'pcm_s16le'] })
    await kit.change(kit.path, file => {
      for (let at = file.indexOf('FMP4'); at >= 0; at = file.indexOf('FMP4', at)) {
        file.write('ZZZ9', at)
      }
      return file
    })
  },
}
