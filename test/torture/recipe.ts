// How an input is made: from the counted film, by FFmpeg's arguments or by hand.
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ffmpeg, makeSource } from '../support/media.ts'
import { type Film, filmArgs } from './counted-film.ts'

export interface Kit {
  /** The input to be made. */
  path: string
  /** A path for something on the way. */
  at(name: string): string
  /** A counted film as the input, or under another path. */
  film(film?: Film, path?: string): Promise<string>
  /** FFmpeg with the input as its output. */
  make(...args: string[]): Promise<string>
  ffmpeg(...args: string[]): Promise<unknown>
  /** A file as the input, changed in place. */
  change(from: string, change: (file: Buffer) => Uint8Array): Promise<void>
}

export type Recipe = (kit: Kit) => Promise<unknown>

export function createKit(folder: string, master: string, name: string): Kit {
  const path = join(folder, name)
  return {
    path,
    at: other => join(folder, `${name}.${other}`),
    film: (film, to = path) => makeSource(to, filmArgs(master, film)),
    make: (...args) => makeSource(path, args),
    ffmpeg: (...args) => ffmpeg(['-v', 'error', '-y', ...args]),
    async change(from, change) {
      if (from !== path) await copyFile(from, path)
      await writeFile(path, change(await readFile(path)))
    },
  }
}

export const film =
  (wanted?: Film): Recipe =>
  kit =>
    kit.film(wanted)
