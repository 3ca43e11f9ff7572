// The form in which the secret of playback links is kept, where it is a secret of a store. Plain values: the stacks make the
// first one, the functions read it, the gate is given both.

export interface PlaybackSecret {
  /** Signs. */
  current: string
  /** Still opens: what was signed with it before the last rotation. */
  previous: string | null
}

/** Letters and digits: far beyond the 256 bits of HS256 (RFC 7518 §3.2). */
export const playbackSecretLength = 64

/** The gate's key store: under this name the secrets as a JSON list; every other name is a revoked video's id. */
export const gateSecretsKey = 'secrets'
