// Damage by chance, the same for the same seed: bytes changed, cut out, doubled, taken from another file. Pure.

import { createRandom } from '../support/random.ts'

type Random = () => number
type Damage = (file: Buffer, other: Buffer, random: Random) => Buffer

const below = (random: Random, limit: number) => Math.floor(random() * limit)
/** Half of all places lie in the first kilobytes: there the headers are. */
const place = (random: Random, { length }: Buffer) =>
  below(random, random() < 0.5 ? Math.min(length, 4096) : length)
/** Mostly short. */
const stretch = (random: Random, { length }: Buffer) => 1 + below(random, length * random() ** 6)

export const damages: Record<string, Damage> = {
  bits(file, _, random) {
    const changed = Buffer.from(file)
    for (let left = 1 + below(random, 40); left > 0; left--) {
      const at = place(random, file)
      changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8))
    }
    return changed
  },
  /** Sizes, counts and times as large as can be written, or none. */
  numbers(file, _, random) {
    const changed = Buffer.from(file)
    for (let left = 1 + below(random, 4); left > 0; left--) {
      const value = [0, 0xff, 0x7f, 0x80][below(random, 4)] ?? 0
      const at = place(random, file)
      changed.fill(value, at, at + (2 << below(random, 3)))
    }
    return changed
  },
  cut: (file, _, random) => file.subarray(0, place(random, file)),
  hole(file, _, random) {
    const at = place(random, file)
    return Buffer.concat([file.subarray(0, at), file.subarray(at + stretch(random, file))])
  },
  repeat(file, _, random) {
    const at = place(random, file)
    const end = at + stretch(random, file)
    return Buffer.concat([file.subarray(0, end), file.subarray(at)])
  },
  splice: (file, other, random) =>
    Buffer.concat([file.subarray(0, place(random, file)), other.subarray(place(random, other))]),
  graft(file, other, random) {
    const changed = Buffer.from(file)
    const from = place(random, other)
    other.copy(changed, place(random, file), from, from + stretch(random, other))
    return changed
  },
}

/** One of the files, damaged; its name says how: `12-splice-plain.mkv`. */
export function mutate(
  files: ReadonlyMap<string, Buffer>,
  seed: number,
  index: number,
): { name: string; bytes: Buffer } {
  const random = createRandom(seed * 100_003 + index)
  const pick = <T>(values: readonly T[]) => values[below(random, values.length)]
  const none = Buffer.alloc(0)
  const name = pick([...files.keys()]) ?? ''
  const other = pick([...files.values()]) ?? none
  const [how, damage] = pick(Object.entries(damages)) ?? ['', (file: Buffer) => file]
  return {
    name: `${index}-${how}-${name}`,
    bytes: damage(files.get(name) ?? none, other, random),
  }
}
