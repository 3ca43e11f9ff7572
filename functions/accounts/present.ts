// Who asks, as the account and the session are now: a token says what was true up to ten minutes ago, and in this room that could be used
// to get back what was taken, as by a key made in a session that was ended for good reason.
import { mayDo, type PlainAction } from '#domain/access.ts'
import type { Profile } from '#domain/account-item.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Accounts } from '#platform/accounts.ts'
import { type Doors, type Person, requireAction } from '#platform/identity.ts'
import type { Sessions } from '#platform/sessions.ts'

export interface Present {
  person: Person
  profile: Profile
}

export interface PresentDeps extends Doors {
  accounts: Pick<Accounts, 'read'>
  sessions: Pick<Sessions, 'holds'>
  /** Epoch seconds. */
  now(): number
}

/** @throws MillraceError `not-signed-in`, `forbidden` */
export async function requirePresent(
  deps: PresentDeps,
  request: Request,
  action: PlainAction,
): Promise<Present> {
  const asked = await requireAction(deps, request, action)
  const { userId, sessionId } = asked
  const [profile, holds] = await Promise.all([
    deps.accounts.read(userId),
    sessionId === null || deps.sessions.holds(userId, sessionId, deps.now()),
  ])
  if (!profile || profile.disabled || !holds) throw new MillraceError('not-signed-in')
  const person = { ...asked, role: profile.role }
  if (mayDo(person, action) !== 'allowed') throw new MillraceError('forbidden')
  return { person, profile }
}

/** What a key may not do, for it would outlive its own end by it. @throws MillraceError `forbidden` */
export function requirePerson({ keyId }: Person): void {
  if (keyId !== null) throw new MillraceError('forbidden')
}
