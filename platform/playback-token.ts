// Signs playback tokens: compact HS256 JWTs that name one video and an end on a grid of hours, so that equal requests give
// equal addresses and browser caches work. The edge's gate checks them.
import { SignJWT } from 'jose'

export interface PlaybackSigner {
  /** @param expiresAt epoch seconds */
  sign(videoId: string, expiresAt: number): Promise<string>
}

/** HS256 needs at least 256 bits (RFC 7518 §3.2). */
const minSecretBytes = 32

export function createPlaybackSigner(secret: string): PlaybackSigner {
  const key = new TextEncoder().encode(secret)
  if (key.length < minSecretBytes) throw new RangeError('PLAYBACK_SECRET needs at least 32 bytes')
  return {
    sign(videoId, expiresAt) {
      // No `iat` and no `jti`: nothing in the token changes between equal requests.
      return new SignJWT({ v: videoId, exp: expiresAt })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .sign(key)
    },
  }
}
