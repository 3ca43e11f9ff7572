// What people do with their own account: profile, password, picture, sessions, keys, tickets, and its end.
import type { Context, Hono } from 'hono'
import { attemptLimits, mostKeys, type Quota } from '#domain/account.ts'
import { ChangeAccount, ChangePassword, ConfirmPassword, CreateKey } from '#domain/account-api.ts'
import type { Profile } from '#domain/account-item.ts'
import { MillraceError } from '#domain/errors.ts'
import { isoOf } from '#domain/iso-date.ts'
import { type AccessTokens, accessTokenSeconds } from '#platform/access-tokens.ts'
import type { Accounts } from '#platform/accounts.ts'
import type { ApiKeys } from '#platform/api-keys.ts'
import { type Audit, writeDone } from '#platform/audit.ts'
import { takeTokens } from '#platform/call-limits.ts'
import { requireAction } from '#platform/identity.ts'
import { jsonBody, readBytes } from '#platform/json-body.ts'
import type { Log } from '#platform/log.ts'
import type { PasswordLinks } from '#platform/password-links.ts'
import { requireStrength } from '#platform/password-strength.ts'
import type { Passwords } from '#platform/passwords.ts'
import { problem, unstored } from '#platform/problem.ts'
import type { RateLimits } from '#platform/rate-limits.ts'
import type { SecondFactors } from '#platform/second-factors.ts'
import type { Sessions } from '#platform/sessions.ts'
import { type Present, type PresentDeps, requirePresent } from './present.ts'
import { addSecondFactor } from './second-factor.ts'
import { accountView, keyView, sessionView } from './views.ts'

export interface OwnAccountDeps extends PresentDeps {
  accounts: Accounts
  sessions: Sessions
  keys: ApiKeys
  tokens: AccessTokens
  passwords: Passwords
  passwordLinks: PasswordLinks
  secondFactors: SecondFactors
  limits: RateLimits
  audit: Audit
  /** Of users whose quota no admin has set. */
  defaultQuota: Quota
  log: Log
  /** Ends an account with everything it owns. @param admin somebody else who must be one still */
  endAccount(userId: string, admin?: string): Promise<void>
  /** Epoch seconds. */
  now(): number
}

/** Browsers make it 256 pixels wide before they send it. */
const pictureBytes = 64 * 1024

/** By its first bytes; null for anything but the three. */
function pictureType(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  return /^RIFF[\s\S]{4}WEBP/.test(head) ? 'image/webp' : null
}

export function addOwnAccount(app: Hono, deps: OwnAccountDeps): void {
  const { accounts, sessions, keys, passwords, limits, now } = deps

  const own = (c: Context): Promise<Present> => requirePresent(deps, c.req.raw, 'account')

  const view = (c: Context, profile: Profile | null) => {
    if (!profile) throw new MillraceError('not-signed-in')
    return c.json(accountView(profile, deps.defaultQuota), 200, unstored)
  }

  const takeTry = (c: Context, { email }: Profile) =>
    takeTokens(c, limits, [[attemptLimits.signInAccount, email]], now())

  /** @throws MillraceError `sign-in-failed`, `too-many-requests` */
  async function confirm(c: Context, profile: Profile, password: string) {
    const { passwordHash, userId } = profile
    await takeTry(c, profile)
    if ((await passwords.verify(password, passwordHash)) === 'wrong') {
      const detail = `user ${userId}`
      throw new MillraceError('sign-in-failed', { message: 'The password is wrong.', detail })
    }
  }

  /** All other ways in but keys. */
  async function endOthers({ userId, sessionId }: Present['person']) {
    await deps.passwordLinks.remove(userId)
    await sessions.endAll(userId, sessionId ?? undefined)
  }

  app.get('/api/account', async c => view(c, (await own(c)).profile))

  app.patch('/api/account', jsonBody(ChangeAccount), async c => {
    const { person } = await own(c)
    return view(c, await accounts.change(person.userId, c.req.valid('json')))
  })

  app.put('/api/account/picture', async c => {
    const { person } = await own(c)
    const bytes = await readBytes(c.req.raw, pictureBytes)
    const type = bytes && pictureType(bytes)
    if (!bytes || !type) {
      const message = 'Send a PNG, JPEG or WebP picture of at most 64 KiB.'
      return problem('bad-request', { status: bytes ? 415 : 413, message })
    }
    const base64 = bytes.toString('base64')
    return view(c, await accounts.setPicture(person.userId, { type, base64 }, now()))
  })

  app.delete('/api/account/picture', async c => {
    const { person } = await own(c)
    return view(c, await accounts.setPicture(person.userId, null, now()))
  })

  app.get('/api/users/:userId/picture', async c => {
    await requireAction(deps, c.req.raw, 'account')
    const picture = await accounts.readPicture(c.req.param('userId'))
    if (!picture) return problem('not-found')
    return c.body(Buffer.from(picture.base64, 'base64'), 200, {
      'content-type': picture.type,
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
    })
  })

  app.post('/api/account/password', jsonBody(ChangePassword), async c => {
    const { person, profile } = await own(c)
    const { current, next } = c.req.valid('json')
    await confirm(c, profile, current)
    await requireStrength(next, profile)
    const passwordHash = await passwords.hash(next)
    // Cut off behind the change, what it is made against would stay; after it again, for who came in between.
    await endOthers(person)
    const changed = await accounts.change(
      person.userId,
      { passwordHash },
      { from: profile.passwordHash },
    )
    if (!changed)
      throw new MillraceError('state-conflict', { message: 'It was changed elsewhere.' })
    await endOthers(person)
    return c.body(null, 204)
  })

  app.post('/api/account/deletion', jsonBody(ConfirmPassword), async c => {
    const { person, profile } = await own(c)
    await confirm(c, profile, c.req.valid('json').password)
    // Without one nobody could be invited, and nobody become one, any more.
    const isAdmin = profile.role === 'admin'
    const admin = isAdmin ? await accounts.findOtherAdmin(person.userId) : null
    if (isAdmin && admin === null) {
      throw new MillraceError('state-conflict', {
        message: 'You are the only admin: make somebody else one first.',
      })
    }
    // Before it: nothing is done yet that an entry could be missing of.
    await deps.audit.write(person, { action: 'account-deleted', target: person.userId }, now())
    await deps.endAccount(person.userId, admin ?? undefined)
    return c.body(null, 202)
  })

  app.get('/api/sessions', async c => {
    const { person } = await own(c)
    const found = await sessions.list(person.userId, now())
    const shown = found.map(session => sessionView(session, person.sessionId))
    return c.json({ sessions: shown }, 200, unstored)
  })

  app.delete('/api/sessions', async c => {
    const { person } = await own(c)
    await sessions.endAll(person.userId, person.sessionId ?? undefined)
    return c.body(null, 204)
  })

  app.delete('/api/sessions/:sessionId', async c => {
    const { person } = await own(c)
    await sessions.end(person.userId, c.req.param('sessionId'))
    return c.body(null, 204)
  })

  addSecondFactor(app, { ...deps, confirm, takeTry })
  addKeys(app, deps)

  app.post('/api/tickets', async c => {
    const { person } = await requirePresent(deps, c.req.raw, 'list-own')
    const ticket = await deps.tokens.sign(person, 'ticket')
    const expiresAt = isoOf(now() + accessTokenSeconds)
    return c.json({ ticket, expiresAt }, 201, unstored)
  })

  app.get('/api/keys', async c => {
    const { userId } = (await requirePresent(deps, c.req.raw, 'keys')).person
    return c.json({ keys: (await keys.list(userId)).map(keyView) }, 200, unstored)
  })
}

function addKeys(app: Hono, deps: OwnAccountDeps): void {
  const { keys, now } = deps

  app.post('/api/keys', jsonBody(CreateKey), async c => {
    const { person } = await requirePresent(deps, c.req.raw, 'keys')
    const { name, scopes, expiresInDays } = c.req.valid('json')
    if ((await keys.list(person.userId)).length >= mostKeys) {
      throw new MillraceError('state-conflict', { message: `You have ${mostKeys} keys already.` })
    }
    const { key, text } = await keys.create(
      {
        ...{ userId: person.userId, name, scopes: [...new Set(scopes)] },
        ...(expiresInDays ? { expiresAt: Math.ceil(now()) + expiresInDays * 24 * 3600 } : {}),
      },
      now(),
    )
    await writeDone(deps, person, { action: 'key-created', target: key.keyId, detail: name })
    return c.json({ ...keyView(key), key: text }, 201, unstored)
  })

  app.delete('/api/keys/:keyId', async c => {
    const { person } = await requirePresent(deps, c.req.raw, 'keys')
    const keyId = c.req.param('keyId')
    await keys.remove(person.userId, keyId)
    await writeDone(deps, person, { action: 'key-removed', target: keyId })
    return c.body(null, 204)
  })
}
