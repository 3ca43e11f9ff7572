// Writes boxes of ISO base media files (ISO/IEC 14496-12 §4.2). Pure.

export const u16 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.allocUnsafe(2 * values.length)
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, 2 * at)
  return bytes
}

/** Negative values in two's complement. A list: a film has more samples than a call takes arguments. */
export function u32List(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * values.length)
  for (let at = 0; at < values.length; at++) bytes.writeUInt32BE((values[at] ?? 0) >>> 0, 4 * at)
  return bytes
}
export const u32 = (...values: readonly number[]): Buffer => u32List(values)

export function u64List(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(8 * values.length)
  for (const [at, value] of values.entries()) bytes.writeBigUInt64BE(BigInt(value), 8 * at)
  return bytes
}
export const u64 = (...values: readonly number[]): Buffer => u64List(values)

export function box(type: string, ...contents: readonly Uint8Array[]): Buffer {
  return Buffer.concat(boxPieces(type, ...contents))
}

/**
 * A box as the pieces it is made of, one behind the other: boxes in boxes put together at every level would copy the tables of a
 * long film as often as they are deep.
 */
export function boxPieces(type: string, ...contents: readonly Uint8Array[]): Uint8Array[] {
  const bytes = lengthOf(contents) + 8
  return [Buffer.concat([u32(bytes), Buffer.from(type, 'latin1')]), ...contents]
}

export const lengthOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)

type FullBox = { version?: number; flags?: number }

export const fullBox = (
  type: string,
  options: FullBox,
  ...contents: readonly Uint8Array[]
): Buffer => Buffer.concat(fullBoxPieces(type, options, ...contents))

export const fullBoxPieces = (
  type: string,
  { version = 0, flags = 0 }: FullBox,
  ...contents: readonly Uint8Array[]
): Uint8Array[] => boxPieces(type, u32((version << 24) | flags), ...contents)
