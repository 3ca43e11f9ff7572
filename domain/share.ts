// Links to a video that its owner gives out: their ids, the token that is in them, and their limits. Plain values and types, no
// schema: the portal imports this file.
import { toBase62 } from './video.ts'

/** Of those that hold. */
export const maxShares = 50
export const shareLabelMaxLength = 100
/** A minute to ten years. */
export const shareSeconds = { least: 60, most: 10 * 365 * 24 * 3600 }

export interface ShareToken {
  shareId: string
  secret: string
}

/** @param bytes at least 24, random */
export const toShareId = (bytes: Uint8Array): string => `s_${toBase62(bytes)}`

const tokenForm = /^(s_[0-9A-Za-z]{22})\.([0-9A-Za-z]{22})$/

export const writeShareToken = ({ shareId, secret }: ShareToken): string => `${shareId}.${secret}`

/** Null for what cannot be one. */
export function readShareToken(text: string): ShareToken | null {
  const [, shareId, secret] = tokenForm.exec(text) ?? []
  return shareId && secret ? { shareId, secret } : null
}

/** A link as whoever may give out links to the video sees it. */
export interface ShareView {
  shareId: string
  /** A path of the portal, with the token. */
  url: string
  label: string | null
  createdAt: string
  /** Null: it holds until it is taken back. */
  expiresAt: string | null
}
