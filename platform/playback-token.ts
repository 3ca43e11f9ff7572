// Signs playback tokens: compact HS256 JWTs that name one video, its epoch and an end on a grid of hours, so that equal requests
// give equal addresses and browser caches work. The edge's gate checks them.
import { SignJWT } from 'jose'

export interface PlaybackGrant {
  videoId: string
  /** The video's own at this moment: its links end when it is raised. */
  epoch: number
  /** Epoch seconds. */
  expiresAt: number
  /** Of the viewer's address (`networkOf`): nobody elsewhere can use it. */
  network?: string
  /** Host of the page that may play it. */
  referrer?: string
}

export interface PlaybackSigner {
  sign(grant: PlaybackGrant): Promise<string>
}

/** HS256 needs at least 256 bits (RFC 7518 §3.2). */
const minSecretBytes = 32

export function createPlaybackSigner(secret: string): PlaybackSigner {
  const key = new TextEncoder().encode(secret)
  if (key.length < minSecretBytes) throw new RangeError('PLAYBACK_SECRET needs at least 32 bytes')
  return {
    sign({ videoId, epoch, expiresAt, network, referrer }) {
      const bound = {
        ...(network === undefined ? {} : { a: network }),
        ...(referrer === undefined ? {} : { r: referrer }),
      }
      // No `iat` and no `jti`: nothing in the token changes between equal requests.
      return new SignJWT({ e: epoch, exp: expiresAt, v: videoId, ...bound })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .sign(key)
    },
  }
}
