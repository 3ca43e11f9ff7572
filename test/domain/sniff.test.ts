// Every container by its first bytes; everything else refused with the right word.
import { describe, expect, test } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { sniffContainer } from '#domain/sniff.ts'

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map(part => Buffer.from(part as string, 'latin1')))

const transportStream = (size: number, lead: number, packets = 10) => {
  const stream = Buffer.alloc(lead + size * packets)
  for (let at = lead; at < stream.length; at += size) stream[at] = 0x47
  return stream
}

const refusal = (head: Uint8Array) => {
  try {
    return sniffContainer(head)
  } catch (thrown) {
    return thrown instanceof MillraceError ? thrown.code : thrown
  }
}

describe('containers', () => {
  test.each([
    ['MP4', bytes([0, 0, 0, 32], 'ftypisom'), 'mov'],
    ['QuickTime', bytes([0, 0, 0, 20], 'ftypqt  '), 'mov'],
    ['QuickTime without ftyp', bytes([0, 0, 1, 0], 'moov', [0, 0, 0, 108], 'mvhd'), 'mov'],
    ['media first, length in 64 bits', bytes([0, 0, 0, 1], 'mdat', [0, 0, 0, 0]), 'mov'],
    ['wide, then media', bytes([0, 0, 0, 8], 'wide', [0, 0, 1, 0], 'mdat'), 'mov'],
    ['free space first', bytes([0, 0, 0, 8], 'free'), 'mov'],
    ['Matroska and WebM', bytes([0x1a, 0x45, 0xdf, 0xa3, 1, 0]), 'matroska'],
    ['AVI', bytes('RIFF', [0, 0, 0, 0], 'AVI LIST'), 'avi'],
    ['MPEG program stream', bytes([0, 0, 1, 0xba, 0x44]), 'mpeg'],
    ['Flash', bytes('FLV', [1, 5, 0, 0, 0, 9]), 'flv'],
    ['Windows Media', bytes([0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11]), 'asf'],
    ['Ogg', bytes('OggS', [0, 2]), 'ogg'],
    ['WAV', bytes('RIFF', [0, 0, 0, 0], 'WAVEfmt '), 'wav'],
    ['AIFF', bytes('FORM', [0, 0, 0, 0], 'AIFF'), 'aiff'],
    ['MP3 with tags', bytes('ID3', [4, 0, 0, 0, 0, 0, 10]), 'mp3'],
    ['MP3', bytes([0xff, 0xfb, 0x90, 0x64]), 'mp3'],
    ['FLAC', bytes('fLaC', [0, 0, 0, 34]), 'flac'],
    ['AAC', bytes([0xff, 0xf1, 0x50, 0x80]), 'aac'],
    ['AAC behind tags', bytes('ID3', [4, 0, 0, 0, 0, 0, 2, 0, 0, 0xff, 0xf1, 0x50, 0x80]), 'aac'],
    ['FLAC behind tags', bytes('ID3', [4, 0, 0, 0, 0, 0, 2, 0, 0], 'fLaC'), 'flac'],
    ['transport stream', transportStream(188, 0), 'mpegts'],
    ['transport stream begun inside a packet', transportStream(188, 101), 'mpegts'],
    ['transport stream of a disc', transportStream(192, 4), 'mpegts'],
    ['transport stream with error correction', transportStream(204, 0), 'mpegts'],
    ['transport stream of three packets', transportStream(188, 0, 3), 'mpegts'],
  ])('%s', (_name, head, demuxer) => {
    expect(sniffContainer(head)).toBe(demuxer)
  })
})

describe('refusals', () => {
  test.each([
    ['nothing', bytes(''), 'source-empty'],
    ['HLS', bytes('#EXTM3U\n#EXT-X-VERSION:3\n'), 'source-is-playlist'],
    ['HLS behind a byte order mark', bytes([0xef, 0xbb, 0xbf], '#EXTM3U\n'), 'source-is-playlist'],
    ['HLS behind white space', bytes('\r\n  #EXTM3U\n'), 'source-is-playlist'],
    ['HLS in UTF-16', bytes([0xff, 0xfe], '#\0E\0X\0T\0M\x003\0U\0'), 'source-is-playlist'],
    ['DASH', bytes('<?xml version="1.0"?>\n<MPD xmlns="…">'), 'source-is-playlist'],
    ['DASH without declaration', bytes('<MPD type="static">'), 'source-is-playlist'],
    ['a list to join', bytes('ffconcat version 1.0\nfile a.mp4\n'), 'source-is-playlist'],
    ['a list to join, without its header', bytes("file '/etc/passwd'\n"), 'source-is-playlist'],
    ['SDP', bytes('v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n'), 'source-is-playlist'],
    ['a script', bytes('#!/bin/sh\nrm -rf /\n'), 'source-is-playlist'],
    ['an address', bytes('http://169.254.169.254/latest/'), 'source-is-playlist'],
    ['PLS', bytes('[playlist]\nFile1=http://x/\n'), 'source-is-playlist'],
    ['text', bytes('hello, world\n'), 'source-not-media'],
    ['a web page', bytes('<!doctype html><html>'), 'source-not-media'],
    ['SVG', bytes('<?xml version="1.0"?><svg>'), 'source-not-media'],
    ['PDF', bytes('%PDF-1.7\n'), 'source-not-media'],
    ['ZIP', bytes('PK', [3, 4, 20, 0]), 'source-not-media'],
    ['PNG', bytes([0x89], 'PNG\r\n', [0x1a, 10]), 'source-not-media'],
    ['JPEG', bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], 'JFIF'), 'source-not-media'],
    ['HEIC', bytes([0, 0, 0, 24], 'ftypheic'), 'source-not-media'],
    ['AVIF', bytes([0, 0, 0, 24], 'ftypavif'), 'source-not-media'],
    ['WebP', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8 '), 'source-not-media'],
    ['zeros', Buffer.alloc(4096), 'source-not-media'],
    ['one byte', bytes('G'), 'source-not-media'],
    ['MIDI', bytes('MThd', [0, 0, 0, 6]), 'unsupported-codec'],
    ['AMR', bytes('#!AMR\n'), 'unsupported-codec'],
  ])('%s', (_name, head, code) => {
    expect(refusal(head)).toBe(code)
  })
})
