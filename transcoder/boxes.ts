// Walks the boxes of ISO base media files (ISO/IEC 14496-12 §4.2) inside their bounds: damaged input ends in `check-failed`,
// never in a RangeError, an endless loop or a read outside the box. Pure.
import { MillraceError } from '#domain/errors.ts'

export const damaged = (finding: string): MillraceError =>
  new MillraceError('check-failed', { detail: `damaged MP4: ${finding}` })

/** Reads numbers of a stretch of bytes; every read checks that it lies inside. Offsets count from the stretch's start. */
export class Bytes {
  readonly data: Uint8Array
  readonly name: string
  readonly #view: DataView

  constructor(data: Uint8Array, name: string) {
    this.data = data
    this.name = name
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  }

  get length(): number {
    return this.data.byteLength
  }

  #inside(at: number, bytes: number): number {
    if (!(at >= 0 && at + bytes <= this.length)) throw damaged(`${this.name} is too short`)
    return at
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#inside(at, 1))
  }

  u16(at: number): number {
    return this.#view.getUint16(this.#inside(at, 2))
  }

  u32(at: number): number {
    return this.#view.getUint32(this.#inside(at, 4))
  }

  i32(at: number): number {
    return this.#view.getInt32(this.#inside(at, 4))
  }

  u64(at: number): number {
    const value = this.#view.getBigUint64(this.#inside(at, 8))
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw damaged(`${this.name} holds too large a number`)
    return Number(value)
  }

  /** Four characters, as they stand in a box's type. */
  fourcc(at: number): string {
    this.#inside(at, 4)
    return String.fromCharCode(...this.data.subarray(at, at + 4))
  }

  slice(at: number, end: number, name = this.name): Bytes {
    if (end < at) throw damaged(`${this.name} is too short`)
    this.#inside(at, end - at)
    return new Bytes(this.data.subarray(at, end), name)
  }
}

export interface Box {
  type: string
  /** Where the box's header begins, in the bytes it was found in. */
  start: number
  end: number
  /** What follows the header. */
  body: Bytes
}

/** «if size is 1 then the actual size is in the field largesize»: how long the header is, by its first field. */
export const headBytes = (size: number): number => (size === 1 ? 16 : 8)

/** The header at a place, all of which is at hand. «0: extends to the end of the file» is never written here. */
export function boxHead(bytes: Bytes, start = 0): { type: string; size: number; header: number } {
  const type = bytes.fourcc(start + 4)
  const short = bytes.u32(start)
  const header = headBytes(short)
  const size = short === 1 ? bytes.u64(start + 8) : short
  if (size < header) throw damaged(`box ${printable(type)} has size ${size}`)
  return { type, size, header }
}

/** The boxes that fill `bytes` from `from` on, side by side. */
export function boxesOf(bytes: Bytes, from = 0): Box[] {
  const boxes: Box[] = []
  let start = from
  while (start < bytes.length) {
    const { type, size, header } = boxHead(bytes, start)
    const end = start + size
    boxes.push({ type, start, end, body: bytes.slice(start + header, end, printable(type)) })
    start = end
  }
  return boxes
}

const printable = (type: string) => (/^[\w .-]{4}$/.test(type) ? type : '????')

export function findBox(bytes: Bytes, type: string, from = 0): Bytes | undefined {
  return boxesOf(bytes, from).find(box => box.type === type)?.body
}

/** The box at the end of a path of types. @throws MillraceError `check-failed` when one is missing. */
export function boxAt(bytes: Bytes, ...path: string[]): Bytes {
  return path.reduce((inside, type) => {
    const found = findBox(inside, type)
    if (!found) throw damaged(`${inside.name} has no ${type}`)
    return found
  }, bytes)
}
