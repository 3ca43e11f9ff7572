// The accounts API: who one is here, and for admins who others are. It alone holds the keys that access tokens are signed with.
import type { Context, Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { passwordLengths, type StandingView } from '#domain/account.ts'
import { createLimitedApp } from '#platform/guarded-app.ts'
import { cookieNames } from '#platform/identify.ts'
import type { Log } from '#platform/log.ts'
import { createBareApp, unstored } from '#platform/problem.ts'
import { addNewPassword, type NewPasswordDeps } from './new-password.ts'
import { addOwnAccount, type OwnAccountDeps } from './own-account.ts'
import { addPeople, type PeopleDeps } from './people.ts'
import { addSigningIn, limitedApart, type SigningInDeps } from './signing-in.ts'
import { accountView } from './views.ts'

export interface AccountsDeps extends SigningInDeps, OwnAccountDeps, PeopleDeps, NewPasswordDeps {
  log: Log
}

export function createApp(deps: AccountsDeps): Hono {
  const app = createLimitedApp(deps, limitedApart)
  app.get('/api/session', async c => c.json(await standing(c, deps), 200, unstored))
  // RFC 7517: for whoever wants to check an access token.
  app.get('/api/jwks.json', async c =>
    c.json(await deps.tokens.publicKeys(), 200, { 'cache-control': 'public, max-age=300' }),
  )
  addSigningIn(app, deps)
  addOwnAccount(app, deps)
  addPeople(app, deps)
  addNewPassword(app, deps)
  return app
}

/** Never refuses: a token that does not hold (any more) is nobody's. */
async function standing(c: Context, deps: AccountsDeps): Promise<StandingView> {
  const { accounts, adminCode, registration, secure } = deps
  const actor = await Promise.resolve(deps.identify(c.req.raw)).catch(() => null)
  // A key is shown nothing of its owner.
  const userId = actor?.keyId === null ? actor.userId : null
  const profile = userId === null ? null : await accounts.read(userId)
  const account = profile && !profile.disabled ? accountView(profile, deps.defaultQuota) : null
  return {
    accounts: true,
    account,
    refreshable: account === null && getCookie(c, cookieNames(secure).refresh) !== undefined,
    registration,
    fresh: account === null && adminCode !== null && !(await accounts.hasAdmin()),
    shortestPassword: passwordLengths.least,
  }
}

/** Of an installation without accounts: all it says is that. */
export function createAccountlessApp(deps: { log: Log }): Hono {
  const app = createBareApp(deps)
  const view: StandingView = {
    ...{ accounts: false, account: null, refreshable: false, registration: 'off', fresh: false },
    shortestPassword: passwordLengths.least,
  }
  app.get('/api/session', c => c.json(view, 200, unstored))
  return app
}
