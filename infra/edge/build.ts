// Makes the edge functions' final sources: the gate with its keys written in or with the store they are read from, the other
// two as they are. Nothing else edits them.
import { readFileSync } from 'node:fs'
import { gateSecretsKey } from '#domain/playback-secret.ts'

/** Quota of CloudFront Functions: "Maximum function size 10 KB". */
export const maxFunctionBytes = 10_240

export interface GateKeys {
  /** One, or two while they are being rotated; each at least 32 characters. */
  secrets: readonly string[]
  /** Video id → the lowest epoch whose tokens still open that video. */
  revoked?: Readonly<Record<string, number>>
}

const keysLine = /^const keys = .*$/m
/** With what reads them: the store is read in their place. */
const keysBlock = /^const keys = .*\nconst readSecrets = .*\nconst readLowest = .*$/m

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

/**
 * The gate for a KeyValueStore, which holds the secrets as a JSON list and the lowest epoch of each video whose links were ended
 * (domain/revocation.ts). Without secrets nothing passes. A video that nobody revoked has no name there; where the store cannot say
 * so, the function fails, and CloudFront refuses with it.
 */
const storeLines = `import cf from 'cloudfront'
const store = cf.kvs()
const readSecrets = () => store.get('${gateSecretsKey}').then(JSON.parse, () => [])
const readLowest = videoId =>
  store.exists(videoId).then(is => (is ? store.get(videoId).then(parseInt) : undefined))`

/** The gate's source for CloudFront, where its keys lie in the store that the function is associated with. */
export function buildStoredGate(): string {
  const source = read('gate.js')
  if (!keysBlock.test(source)) throw new RangeError('gate.js has no lines for its keys')
  return source.replace(keysBlock, () => storeLines)
}

export function buildViewer(): string {
  return read('viewer.js')
}

export function buildPortal(): string {
  return read('portal.js')
}
