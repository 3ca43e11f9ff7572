// What admins do: people, invitations, and what was done. Each act leaves an entry that nobody changes; what is never undone,
// before it is begun.
import { randomBytes } from 'node:crypto'
import type { Hono } from 'hono'
import {
  type AuditPage,
  invitationSeconds,
  type Quota,
  type UserView,
  userIdPattern,
} from '#domain/account.ts'
import { AuditQuery, ChangeUser, CreateInvitation, UsersQuery } from '#domain/account-api.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Accounts } from '#platform/accounts.ts'
import { type Audit, type KnownEntry, writeDone } from '#platform/audit.ts'
import { hashOf } from '#platform/hash.ts'
import { jsonBody, query } from '#platform/json-body.ts'
import type { Log } from '#platform/log.ts'
import type { PasswordLinks } from '#platform/password-links.ts'
import { problem, unstored } from '#platform/problem.ts'
import type { ReadNames } from '#platform/read-names.ts'
import type { SecondFactors } from '#platform/second-factors.ts'
import type { Sessions } from '#platform/sessions.ts'
import type { VideoList } from '#platform/video-list.ts'
import { emailOf } from './email.ts'
import { type PresentDeps, requirePerson, requirePresent } from './present.ts'
import { accountView, auditView, invitationView } from './views.ts'

export interface PeopleDeps extends PresentDeps {
  accounts: Accounts
  sessions: Sessions
  passwordLinks: PasswordLinks
  secondFactors: SecondFactors
  audit: Audit
  readNames: ReadNames
  log: Log
  list: Pick<VideoList, 'usage'>
  /** Of users whose quota no admin has set. */
  defaultQuota: Quota
  endAccount(userId: string, admin?: string): Promise<void>
  /** Epoch seconds. */
  now(): number
}

export function addPeople(app: Hono, deps: PeopleDeps): void {
  const { accounts, sessions, secondFactors, audit, list, defaultQuota, now } = deps
  const admin = async (request: Request) => (await requirePresent(deps, request, 'users')).person
  /** A key could make an admin who stays when it is taken back. */
  async function adminInPerson(request: Request) {
    const person = await admin(request)
    requirePerson(person)
    return person
  }

  app.get('/api/users', query(UsersQuery), async c => {
    await admin(c.req.raw)
    const { limit, cursor: from = null } = c.req.valid('query')
    const { accounts: found, cursor } = await accounts.page(limit, from)
    const users = await Promise.all(
      found.map(async (profile): Promise<UserView> => {
        const { videos, sizeBytes, durationSeconds, complete } = await list.usage(profile.userId)
        return {
          ...accountView(profile, defaultQuota),
          quotaSet: profile.quota !== undefined,
          usage: { videos, sizeBytes, durationSeconds, complete },
        }
      }),
    )
    return c.json({ users, cursor }, 200, unstored)
  })

  app.patch('/api/users/:userId', jsonBody(ChangeUser), async c => {
    const person = await adminInPerson(c.req.raw)
    const userId = c.req.param('userId')
    const { role, disabled, quota, secondFactor } = c.req.valid('json')
    const locksOut = role !== undefined || disabled !== undefined
    const lets = locksOut || secondFactor !== undefined
    if (lets && userId === person.userId) {
      throw new MillraceError('state-conflict', {
        message: 'Nobody changes here how they are let in themselves: another admin can.',
      })
    }
    const changes = { role, disabled, quota }
    const changed = await accounts.change(userId, changes, locksOut ? { admin: person.userId } : {})
    if (!changed) return problem('not-found')
    if (secondFactor === false) await secondFactors.remove(userId)
    if (locksOut) {
      // Whoever has a link to a new password has it to what they were before.
      await deps.passwordLinks.remove(userId)
      // They sign in again, as what they are now.
      await sessions.endAll(userId)
    }
    const detail = JSON.stringify({ ...changes, secondFactor })
    await writeDone(deps, person, { action: 'user-changed', target: userId, detail })
    const shown = secondFactor === false ? { ...changed, secondFactor } : changed
    return c.json(accountView(shown, defaultQuota), 200, unstored)
  })

  app.delete('/api/users/:userId', async c => {
    const person = await adminInPerson(c.req.raw)
    const userId = c.req.param('userId')
    if (userId === person.userId) {
      throw new MillraceError('state-conflict', { message: 'Delete your own account by yourself.' })
    }
    if (!(await accounts.read(userId))) return problem('not-found')
    // Before it: nothing is done yet that an entry could be missing of.
    await audit.write(person, { action: 'user-deleted', target: userId }, now())
    await deps.endAccount(userId, person.userId)
    return c.body(null, 202)
  })

  app.get('/api/invitations', async c => {
    await admin(c.req.raw)
    const invitations = (await accounts.listInvitations(now())).map(invitationView)
    return c.json({ invitations }, 200, unstored)
  })

  app.post('/api/invitations', jsonBody(CreateInvitation), async c => {
    const person = await adminInPerson(c.req.raw)
    const { role, email } = c.req.valid('json')
    const secret = randomBytes(24).toString('base64url')
    const invitation = {
      invitationId: randomBytes(12).toString('base64url'),
      codeHash: hashOf(secret),
      role,
      ...(email === undefined ? {} : { email: emailOf(email) }),
      invitedBy: person.userId,
      createdAt: now(),
      expiresAt: Math.ceil(now()) + invitationSeconds,
    }
    await accounts.createInvitation(invitation)
    const { invitationId } = invitation
    await writeDone(deps, person, { action: 'invited', target: invitationId, detail: role })
    const code = `${invitationId}.${secret}`
    return c.json({ ...invitationView(invitation), code }, 201, unstored)
  })

  app.delete('/api/invitations/:invitationId', async c => {
    const person = await adminInPerson(c.req.raw)
    const invitationId = c.req.param('invitationId')
    await accounts.removeInvitation(invitationId)
    await writeDone(deps, person, { action: 'invitation-removed', target: invitationId })
    return c.body(null, 204)
  })

  app.get('/api/audit', query(AuditQuery), async c => {
    await admin(c.req.raw)
    const { limit, cursor: from = null } = c.req.valid('query')
    const { entries, cursor } = await audit.page({ limit, cursor: from }, now())
    const names = await deps.readNames(entries.flatMap(peopleOf))
    const body: AuditPage = { entries: entries.map(entry => auditView(entry, names)), cursor }
    return c.json(body, 200, unstored)
  })
}

const peopleOf = ({ userId, target }: KnownEntry) =>
  target !== undefined && userIdPattern.test(target) ? [userId, target] : [userId]
