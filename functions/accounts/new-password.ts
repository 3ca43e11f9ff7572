// The way back in when a password is forgotten: an admin makes a link and hands it on, for no mail is sent; whoever has it sets another.
import type { Hono } from 'hono'
import { attemptLimits } from '#domain/account.ts'
import { SetPassword } from '#domain/account-api.ts'
import { MillraceError } from '#domain/errors.ts'
import { isoOf } from '#domain/iso-date.ts'
import { type Accounts, isAdmin } from '#platform/accounts.ts'
import { type Audit, writeDone } from '#platform/audit.ts'
import { takeTokens } from '#platform/call-limits.ts'
import { requireOwnPage } from '#platform/identify.ts'
import { jsonBody } from '#platform/json-body.ts'
import type { Log } from '#platform/log.ts'
import type { PasswordLinks } from '#platform/password-links.ts'
import { requireStrength } from '#platform/password-strength.ts'
import type { Passwords } from '#platform/passwords.ts'
import { problem, unstored } from '#platform/problem.ts'
import type { RateLimits } from '#platform/rate-limits.ts'
import type { Sessions } from '#platform/sessions.ts'
import { limitedAddress } from '#platform/viewer-address.ts'
import { type PresentDeps, requirePerson, requirePresent } from './present.ts'

export interface NewPasswordDeps extends PresentDeps {
  accounts: Accounts
  sessions: Sessions
  passwordLinks: PasswordLinks
  passwords: Passwords
  limits: RateLimits
  audit: Audit
  log: Log
  publicOrigin: string | null
}

export function addNewPassword(app: Hono, deps: NewPasswordDeps): void {
  const { accounts, sessions, passwordLinks, passwords, limits, now } = deps

  /** Who was an admin may have kept a link to come back by, as somebody else. */
  async function holds({ madeBy }: { madeBy: string | null }): Promise<boolean> {
    return madeBy === null || isAdmin(await accounts.read(madeBy))
  }

  app.post('/api/users/:userId/password-link', async c => {
    const { person } = await requirePresent(deps, c.req.raw, 'users')
    requirePerson(person)
    const userId = c.req.param('userId')
    if (userId === person.userId) {
      // A browser that somebody left open is not enough for that.
      throw new MillraceError('state-conflict', {
        message: 'Change your own password where the old one is asked for.',
      })
    }
    const profile = await accounts.read(userId)
    if (!profile || profile.endsAt !== undefined) return problem('not-found')
    const { code, expiresAt } = await passwordLinks.create(userId, person.userId, now())
    await writeDone(deps, person, { action: 'password-link-created', target: userId })
    return c.json({ code, expiresAt: isoOf(expiresAt) }, 201, unstored)
  })

  app.post('/api/account/new-password', jsonBody(SetPassword), async c => {
    requireOwnPage(c.req.raw, deps.publicOrigin)
    await takeTokens(c, limits, [[attemptLimits.register, limitedAddress(c.req.raw)]], now())
    const { code, password } = c.req.valid('json')
    const refused = new MillraceError('account-refused', {
      message: 'The link does not hold: it was used, has ended, or there is a newer one.',
    })
    const link = await passwordLinks.find(code, now())
    const profile = link && (await accounts.read(link.userId))
    if (!profile || profile.disabled || !(await holds(link))) throw refused
    await requireStrength(password, profile)
    const passwordHash = await passwords.hash(password)
    // Cut off between the two, the link would be used up and whoever was in would stay; after it again, for who came in between.
    await sessions.endAll(profile.userId)
    if (!(await passwordLinks.use(code, passwordHash))) throw refused
    await sessions.endAll(profile.userId)
    deps.log.info('password set by a link', { userId: profile.userId })
    return c.body(null, 204)
  })
}
