// Who asks, as the account is now: a token says what was true up to ten minutes ago, and in this room that could be used to get back what
// was taken.
import { mayDo, type PlainAction } from '#domain/access.ts'
import type { Profile } from '#domain/account-item.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Accounts } from '#platform/accounts.ts'
import { type Doors, type Person, requireAction } from '#platform/identity.ts'

export interface Present {
  person: Person
  profile: Profile
}

/** @throws MillraceError `not-signed-in`, `forbidden` */
export async function requirePresent(
  deps: Doors & { accounts: Pick<Accounts, 'read'> },
  request: Request,
  action: PlainAction,
): Promise<Present> {
  const asked = await requireAction(deps, request, action)
  const profile = await deps.accounts.read(asked.userId)
  if (!profile || profile.disabled) throw new MillraceError('not-signed-in')
  const person = { ...asked, role: profile.role }
  if (mayDo(person, action) !== 'allowed') throw new MillraceError('forbidden')
  return { person, profile }
}

/** What a key may not do, for it would outlive its own end by it. @throws MillraceError `forbidden` */
export function requirePerson({ keyId }: Person): void {
  if (keyId !== null) throw new MillraceError('forbidden')
}
