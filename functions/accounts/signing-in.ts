// Making an account, signing in, staying signed in, signing out. Wrong answers tell nobody which addresses have an account, neither by
// their words nor by their time.
import { randomBytes } from 'node:crypto'
import type { Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { attemptLimits, type Quota, type Registration, toEmail, toUserId } from '#domain/account.ts'
import { Register, SignIn } from '#domain/account-api.ts'
import type { Profile } from '#domain/account-item.ts'
import { MillraceError } from '#domain/errors.ts'
import type { AccessTokens } from '#platform/access-tokens.ts'
import { type Accounts, type Admission, isAdmin } from '#platform/accounts.ts'
import { takeTokens } from '#platform/call-limits.ts'
import { hashOf, sameText } from '#platform/hash.ts'
import { cookieNames, requireOwnPage } from '#platform/identify.ts'
import { soleOwnerId } from '#platform/identity.ts'
import { jsonBody } from '#platform/json-body.ts'
import type { Log } from '#platform/log.ts'
import { requireStrength } from '#platform/password-strength.ts'
import type { Passwords } from '#platform/passwords.ts'
import { unstored } from '#platform/problem.ts'
import type { RateLimits } from '#platform/rate-limits.ts'
import type { SecondFactors } from '#platform/second-factors.ts'
import { type Sessions, sessionSeconds } from '#platform/sessions.ts'
import { limitedAddress } from '#platform/viewer-address.ts'
import { emailOf } from './email.ts'
import { accountView } from './views.ts'

export interface SigningInDeps {
  accounts: Accounts
  sessions: Sessions
  tokens: AccessTokens
  passwords: Passwords
  secondFactors: SecondFactors
  limits: RateLimits
  registration: Registration
  /** Of users whose quota no admin has set. */
  defaultQuota: Quota
  /** Makes the first admin; null: there is none to be made so. */
  adminCode: string | null
  /** Whether people reach the portal over TLS. */
  secure: boolean
  publicOrigin: string | null
  log: Log
  /** Epoch seconds. */
  now(): number
}

/** Calls that are limited here, more strictly than others and by more than who asks. */
export const limitedApart = [
  'POST /api/account',
  'POST /api/account/new-password',
  'POST /api/session',
]

export function addSigningIn(app: Hono, deps: SigningInDeps): void {
  const { accounts, sessions, tokens, passwords, secondFactors, limits, now } = deps
  const names = cookieNames(deps.secure)
  // Both live as long as the session: a token that has run out says so, and is not taken for nobody's.
  const cookie = {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    maxAge: sessionSeconds,
    secure: deps.secure,
  } as const

  function forget(c: Context) {
    for (const name of Object.values(names)) {
      deleteCookie(c, name, { path: '/', secure: deps.secure })
    }
  }

  async function letIn(c: Context, profile: Profile, status: 200 | 201, view: object) {
    const { userId, role, passwordHash } = profile
    const client = c.req.header('user-agent') ?? ''
    const session = await sessions.create(userId, client, now())
    const { sessionId, refreshToken } = session
    // Who changed the password meanwhile, or kept them out, has ended the sessions of before: this one may have come after that.
    const still = await accounts.read(userId)
    if (still?.passwordHash !== passwordHash || still.disabled) {
      await sessions.end(userId, sessionId)
      throw new MillraceError('sign-in-failed', { detail: `user ${userId}` })
    }
    const access = await tokens.sign({ userId, role, sessionId, scopes: null, keyId: null })
    setCookie(c, names.access, access, cookie)
    setCookie(c, names.refresh, refreshToken, cookie)
    deps.log.info(status === 201 ? 'account made' : 'signed in', { userId, role })
    return c.json(view, status, unstored)
  }

  /** Null where it was changed meanwhile. */
  async function renewHash({ userId, passwordHash: from }: Profile, password: string) {
    return accounts.change(userId, { passwordHash: await passwords.hash(password) }, { from })
  }

  /** @throws MillraceError `account-refused`, `registration-closed` */
  async function admissionFor(code: string | undefined, email: string): Promise<Admission> {
    if (code === undefined) {
      if (deps.registration === 'open') return { by: 'registration' }
      throw new MillraceError('registration-closed')
    }
    const { adminCode } = deps
    if (adminCode && sameText(hashOf(code), hashOf(adminCode))) return { by: 'first-admin' }
    const [invitationId = '', secret = ''] = code.split('.')
    const invitation =
      deps.registration === 'off' ? null : await accounts.findInvitation(invitationId, now())
    const holds =
      invitation !== null &&
      sameText(hashOf(secret), invitation.codeHash) &&
      (invitation.email === undefined || invitation.email === email) &&
      // Who was an admin may have kept one to come back by.
      (invitation.role !== 'admin' || isAdmin(await accounts.read(invitation.invitedBy)))
    if (!holds) throw new MillraceError('account-refused')
    return { by: 'invitation', invitation }
  }

  app.post('/api/account', jsonBody(Register), async c => {
    requireOwnPage(c.req.raw, deps.publicOrigin)
    await takeTokens(c, limits, [[attemptLimits.register, limitedAddress(c.req.raw)]], now())
    const { name, password, code, ...given } = c.req.valid('json')
    const email = emailOf(given.email)
    const admission = await admissionFor(code, email)
    await requireStrength(password, { email, name })
    const passwordHash = await passwords.hash(password)
    const first = admission.by === 'first-admin'
    const profile: Profile = {
      ...{ email, name, passwordHash, createdAt: now() },
      userId: first ? soleOwnerId : toUserId(randomBytes(24)),
      role: first ? 'admin' : admission.by === 'invitation' ? admission.invitation.role : 'user',
    }
    if ((await accounts.create(profile, admission)) !== 'created') {
      throw new MillraceError('account-refused')
    }
    return letIn(c, profile, 201, accountView(profile, deps.defaultQuota))
  })

  app.post('/api/session', jsonBody(SignIn), async c => {
    requireOwnPage(c.req.raw, deps.publicOrigin)
    const { email: given, password, code } = c.req.valid('json')
    const email = toEmail(given) ?? given
    const address = limitedAddress(c.req.raw)
    const here = `${address} ${email}`
    const buckets = [
      [attemptLimits.signInHere, here],
      [attemptLimits.signInAccount, email],
      [attemptLimits.signInAddress, address],
    ] as const
    await takeTokens(c, limits, buckets, now())
    const profile = await accounts.findByEmail(email)
    const found = await passwords.verify(password, profile?.passwordHash ?? null)
    if (!profile || profile.disabled || found === 'wrong') {
      // Never what was written: people write passwords into the field of the address.
      const detail = profile ? `user ${profile.userId}` : 'an address without an account'
      throw new MillraceError('sign-in-failed', { detail })
    }
    const { userId } = profile
    if (
      code !== undefined &&
      profile.secondFactor &&
      !(await secondFactors.use(userId, code, now()))
    ) {
      throw new MillraceError('second-factor-wrong', { detail: `user ${userId}` })
    }
    // Whoever knows the password is no guesser, however often they come.
    await limits.giveBack(attemptLimits.signInHere, here)
    if (code === undefined && profile.secondFactor) throw new MillraceError('second-factor-needed')
    const renewed = found === 'outdated' ? await renewHash(profile, password) : null
    return letIn(c, renewed ?? profile, 200, accountView(profile, deps.defaultQuota))
  })

  app.post('/api/session/refresh', async c => {
    requireOwnPage(c.req.raw, deps.publicOrigin)
    const session = await sessions.refresh(getCookie(c, names.refresh) ?? '', now())
    const profile = session ? await accounts.read(session.userId) : null
    if (!session || !profile || profile.disabled) {
      if (session) await sessions.end(session.userId, session.sessionId)
      forget(c)
      throw new MillraceError('not-signed-in')
    }
    const { userId, sessionId, refreshToken } = session
    const access = await tokens.sign({
      ...{ userId, sessionId, role: profile.role, scopes: null, keyId: null },
    })
    setCookie(c, names.access, access, cookie)
    if (refreshToken !== null) setCookie(c, names.refresh, refreshToken, cookie)
    return c.body(null, 204, unstored)
  })

  app.delete('/api/session', async c => {
    requireOwnPage(c.req.raw, deps.publicOrigin)
    await sessions.endBy(getCookie(c, names.refresh) ?? '', now())
    forget(c)
    return c.body(null, 204)
  })
}
