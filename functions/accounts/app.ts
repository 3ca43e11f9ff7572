// The accounts API: who one is here, and for admins who others are. It alone holds the keys that access tokens are signed with.
import type { Hono } from 'hono'
import { passwordLengths } from '#domain/account.ts'
import type { Log } from '#platform/log.ts'
import { createBareApp } from '#platform/problem.ts'
import { addOwnAccount, type OwnAccountDeps } from './own-account.ts'
import { addPeople, type PeopleDeps } from './people.ts'
import { addSigningIn, type SigningInDeps } from './signing-in.ts'

export interface AccountsDeps extends SigningInDeps, OwnAccountDeps, PeopleDeps {
  log: Log
}

export function createApp(deps: AccountsDeps): Hono {
  const app = createBareApp(deps)
  app.get('/api/registration', async c => {
    const { registration, accounts, adminCode } = deps
    const fresh = adminCode !== null && !(await accounts.hasAdmin())
    const body = { registration, fresh, shortestPassword: passwordLengths.least }
    return c.json(body, 200, { 'cache-control': 'no-store' })
  })
  // RFC 7517: for whoever wants to check an access token.
  app.get('/api/jwks.json', c =>
    c.json(deps.tokens.keys, 200, { 'cache-control': 'public, max-age=300' }),
  )
  addSigningIn(app, deps)
  addOwnAccount(app, deps)
  addPeople(app, deps)
  return app
}
