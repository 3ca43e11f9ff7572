// What is kept of calls, on Lambda: nothing where there are no accounts.
import { createAudit } from './audit.ts'
import type { Environment } from './env.ts'
import type { Calls } from './guarded-app.ts'
import { createOnce } from './once.ts'
import { createRateLimits } from './rate-limits.ts'
import type { Table } from './table.ts'

export const createCalls = (table: Table): Calls => ({
  limits: createRateLimits({ table }),
  once: createOnce({ table }),
  audit: createAudit({ table }),
})

export const createCallsByEnv = (env: Environment, table: Table): Calls | undefined =>
  env['ACCOUNTS'] === 'on' ? createCalls(table) : undefined
