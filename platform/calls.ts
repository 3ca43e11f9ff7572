// What is kept of calls: how often who asked, the answers of those that name themselves, and what admins and keys did.
import { type Audit, createAudit } from './audit.ts'
import { type Environment, hasAccounts } from './env.ts'
import { createOnce, type Once } from './once.ts'
import { createRateLimits, type RateLimits } from './rate-limits.ts'
import type { Table } from './table.ts'

export interface Calls {
  limits: RateLimits
  once: Once
  audit: Audit
}

export const createCalls = (table: Table): Calls => ({
  limits: createRateLimits({ table }),
  once: createOnce({ table }),
  audit: createAudit({ table }),
})

/** On Lambda: nothing where there are no accounts. */
export const createCallsByEnv = (env: Environment, table: Table): Calls | undefined =>
  hasAccounts(env) ? createCalls(table) : undefined
