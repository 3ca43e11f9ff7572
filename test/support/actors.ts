// Who asks, in tests of what they may do.
import type { Role, Scope } from '#domain/access.ts'
import type { Person } from '#platform/identity.ts'

export const personOf = (
  userId: string,
  role: Role = 'user',
  scopes: readonly Scope[] | null = null,
): Person => ({ userId, role, scopes, keyId: scopes ? 'a-key' : null, sessionId: null })
