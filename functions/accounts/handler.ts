// The accounts API on Lambda.
import { registrations } from '#domain/account.ts'
import { AccessKeys, accessIssuer } from '#platform/access-tokens.ts'
import { createAccounts } from '#platform/accounts.ts'
import { createApiKeys } from '#platform/api-keys.ts'
import { createAudit } from '#platform/audit.ts'
import { createAwsCall } from '#platform/aws-call.ts'
import { behindEdgeByEnv } from '#platform/behind-edge.ts'
import { createQueueClient, createTableClient } from '#platform/clients.ts'
import { endAccount } from '#platform/end-account.ts'
import { readChoice, readOrigin, readServices, requireEnv } from '#platform/env.ts'
import { createIdentify } from '#platform/identify.ts'
import { createLambdaLog, handleHttp, systemSeconds } from '#platform/lambda.ts'
import { createPasswordLinks } from '#platform/password-links.ts'
import { createPasswords } from '#platform/passwords.ts'
import { readSecretText } from '#platform/playback-secret.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { readDefaultQuota } from '#platform/quota.ts'
import { createRateLimits } from '#platform/rate-limits.ts'
import { createReadNames } from '#platform/read-names.ts'
import { createRereadTokens } from '#platform/reread-access.ts'
import { createRevokeAll } from '#platform/revoke.ts'
import { createSecondFactors, keyOf } from '#platform/second-factors.ts'
import { createSessions } from '#platform/sessions.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideoList } from '#platform/video-list.ts'
import { createVideos } from '#platform/videos.ts'
import { createApp } from './app.ts'

const env = requireEnv(
  process.env,
  'VIDEOS_TABLE',
  'FAST_QUEUE_URL',
  'BULK_QUEUE_URL',
  'ACCESS_KEYS_ARN',
  'ADMIN_CODE_ARN',
  'SECOND_FACTOR_KEY_ARN',
)
const services = readServices(process.env)
const table = createTable({ client: createTableClient(services), tableName: env.VIDEOS_TABLE })
const sqs = createQueueClient(services)
const call = createAwsCall({ services, credentials: sqs.config.credentials })
const now = systemSeconds
const tokens = createRereadTokens(
  async () => AccessKeys.parse(JSON.parse(await readSecretText(call, env.ACCESS_KEYS_ARN))),
  { issuer: accessIssuer, now },
)
const [adminCode, secondFactorKey] = await Promise.all([
  readSecretText(call, env.ADMIN_CODE_ARN),
  readSecretText(call, env.SECOND_FACTOR_KEY_ARN),
  // Known before the first call.
  tokens.publicKeys(),
])
const publicOrigin = readOrigin(process.env, 'PUBLIC_ORIGIN')
const log = createLambdaLog('accounts', process.env['LOG_LEVEL'])
const keys = createApiKeys({ table })
const people = {
  ...{ keys, tokens, adminCode, publicOrigin, now },
  // CloudFront takes nothing else.
  secure: true,
  registration: readChoice(process.env, 'REGISTRATION', registrations, 'invited'),
  defaultQuota: readDefaultQuota(process.env),
  accounts: createAccounts({ table }),
  sessions: createSessions({ table, log }),
  passwords: createPasswords(),
  passwordLinks: createPasswordLinks({ table }),
  secondFactors: createSecondFactors({ table, key: keyOf(secondFactorKey) }),
  limits: createRateLimits({ table }),
  audit: createAudit({ table }),
  readNames: createReadNames({ table }),
  identify: createIdentify({ verifier: tokens, keys, secure: true, publicOrigin, now }),
}
const videos = {
  videos: createVideos({ table }),
  tasks: createTasks({ table }),
  list: createVideoList({ table }),
  queue: createTaskQueue({
    client: sqs,
    urls: { fast: env.FAST_QUEUE_URL, bulk: env.BULK_QUEUE_URL },
  }),
  revokeAll: createRevokeAll(call, process.env),
}

const app = createApp({
  ...people,
  list: videos.list,
  endAccount: (...who) => endAccount({ ...people, ...videos, log }, ...who),
  log,
})

export const handler = handleHttp(await behindEdgeByEnv(app, process.env, call))
