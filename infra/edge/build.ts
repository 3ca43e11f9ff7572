// Makes the edge functions' final sources: the gate with its keys written in, the portal's as it is. Nothing else edits them.
import { readFileSync } from 'node:fs'

/** Quota of CloudFront Functions: "Maximum function size 10 KB". */
export const maxFunctionBytes = 10_240

export interface GateKeys {
  /** One, or two while they are being rotated; each at least 32 characters. */
  secrets: readonly string[]
  /** Video id → epoch seconds: tokens of that video which end then or earlier are refused. */
  revoked?: Readonly<Record<string, number>>
}

const keysLine = /^const keys = .*$/m

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

/** The gate's source with its keys. Throws a RangeError on keys that would open or break it. */
export function buildGate({ secrets, revoked = {} }: GateKeys): string {
  if (secrets.length < 1 || secrets.length > 2) {
    throw new RangeError('the gate takes one secret, or two while they are being rotated')
  }
  // RFC 7518 §3.2: an HS256 key is at least as long as the hash, 256 bits.
  if (secrets.some(secret => Buffer.byteLength(secret) < 32)) {
    throw new RangeError('a playback secret has at least 32 bytes')
  }
  const source = read('gate.js')
  if (!keysLine.test(source)) throw new RangeError('gate.js has no line for its keys')
  // A function as replacement: `$` in a secret must not be read as a pattern.
  return source.replace(keysLine, () => `const keys = ${JSON.stringify({ secrets, revoked })}`)
}

export function buildPortal(): string {
  return read('portal.js')
}
