// The way back into an account that nobody can let in any more, for whoever runs the installation: the only admin has forgotten the
// password, or lost the phone.
import type { Accounts } from './accounts.ts'
import { createAudit } from './audit.ts'
import { createPasswordLinks } from './password-links.ts'
import { removeSecondFactor } from './second-factors.ts'
import type { Table } from './table.ts'

/** In entries of what was done. */
const operator = { userId: 'operator', keyId: null }

/**
 * Takes the second factor away and makes a link to a new password.
 * @param email as it was given at the registration, in any case
 * @param now epoch seconds
 * @returns the link's code; null: nobody has that address
 */
export async function openWayBack(
  { table, accounts }: { table: Table; accounts: Pick<Accounts, 'findByEmail'> },
  email: string,
  now: number,
): Promise<string | null> {
  const profile = await accounts.findByEmail(email)
  if (!profile || profile.endsAt !== undefined) return null
  const { userId } = profile
  await createAudit({ table }).write(operator, { action: 'way-back', target: userId }, now)
  await removeSecondFactor(table, userId)
  const { code } = await createPasswordLinks({ table }).create(userId, null, now)
  return code
}
