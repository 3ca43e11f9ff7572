// Composes the functions as they run on one machine: the same apps as on AWS, over the clients of this process.
import { randomBytes } from 'node:crypto'
import type { Quota, Registration } from '#domain/account.ts'
import { roomFor } from '#domain/api-routes.ts'
import { defaultLimits } from '#domain/limits.ts'
import { toVideoId } from '#domain/video.ts'
import { type AccessKeys, accessIssuer, createAccessTokens } from '#platform/access-tokens.ts'
import { createAccounts } from '#platform/accounts.ts'
import { createApiKeys } from '#platform/api-keys.ts'
import { createAudit } from '#platform/audit.ts'
import { createCalls } from '#platform/calls.ts'
import { createChunks } from '#platform/chunks.ts'
import { createQueueClient, createStoreClient, createTableClient } from '#platform/clients.ts'
import { endAccount } from '#platform/end-account.ts'
import { type Environment, readServices } from '#platform/env.ts'
import { createIdentify } from '#platform/identify.ts'
import { soleOwner } from '#platform/identity.ts'
import type { Log } from '#platform/log.ts'
import { createMultipart } from '#platform/multipart.ts'
import { createPasswordLinks } from '#platform/password-links.ts'
import { createPasswords } from '#platform/passwords.ts'
import { createPlaybackSigner } from '#platform/playback-token.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createQuotas } from '#platform/quota.ts'
import { createRateLimits } from '#platform/rate-limits.ts'
import { createReadNames } from '#platform/read-names.ts'
import type { Revoke, RevokeAll } from '#platform/revoke.ts'
import { createSecondFactors } from '#platform/second-factors.ts'
import { createSessions } from '#platform/sessions.ts'
import { createShares } from '#platform/shares.ts'
import { createStore } from '#platform/store.ts'
import { createTable, type Table } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createUnfinished } from '#platform/unfinished.ts'
import { createVideoAccess } from '#platform/video-access.ts'
import { createVideoList } from '#platform/video-list.ts'
import { createVideoViews } from '#platform/video-views.ts'
import { createVideos } from '#platform/videos.ts'
import { createAccountlessApp, createApp as createAccountsApp } from '../functions/accounts/app.ts'
import { createApp as createPlaylistApp } from '../functions/playlist/app.ts'
import { createApp as createSignApp } from '../functions/sign/app.ts'
import { createApp as createStatusApp } from '../functions/status/app.ts'
import { usualTiming } from '../functions/status/follow.ts'
import { createStreamCap } from '../functions/status/stream-cap.ts'
import { createApp as createUploadApp } from '../functions/upload/app.ts'
import type { App } from './origins.ts'

export type Clients = ReturnType<typeof createClients>

/** One client a service for this process. Credentials of the emulator come from the environment, as on AWS. */
export function createClients(env: Environment) {
  const services = readServices(env)
  return {
    s3: createStoreClient(services),
    sqs: createQueueClient(services),
    dynamodb: createTableClient(services),
  }
}

export interface RoomsOptions {
  clients: Clients
  names: {
    table: string
    sourceBucket: string
    mediaBucket: string
    fastQueueUrl: string
    bulkQueueUrl: string
    /** Without them nobody counts what lies there. */
    deadLetterUrls?: { fast: string; bulk: string }
  }
  playbackSecret: string
  version: string
  /** Where people open the portal. */
  publicOrigin: string
  revoke: Revoke
  /** Null: whoever gets here owns everything. */
  accounts: AccountsOptions | null
  log: Log
}

export interface AccountsOptions {
  keys: AccessKeys
  registration: Registration
  /** Of users whose quota no admin has set. */
  defaultQuota: Quota
  adminCode: string
  /** Encrypts the secrets of second factors: 32 bytes. */
  secondFactorKey: Uint8Array
}

/** Held playlist requests look this often: a read of the emulator costs a millisecond. */
const playlistPollSeconds = 0.1

/** Epoch seconds. */
export const now = (): number => Date.now() / 1000

export async function createRooms(options: RoomsOptions) {
  const { clients, names, version, publicOrigin, revoke, log } = options
  const table = createTable({ client: clients.dynamodb, tableName: names.table })
  const [videos, tasks, chunks] = [
    createVideos({ table }),
    createTasks({ table }),
    createChunks({ table }),
  ]
  const source = createStore({ client: clients.s3, bucket: names.sourceBucket })
  const multipart = createMultipart({ client: clients.s3, bucket: names.sourceBucket })
  const urls = { fast: names.fastQueueUrl, bulk: names.bulkQueueUrl }
  const { deadLetterUrls } = names
  const queue = createTaskQueue({ client: clients.sqs, urls, deadLetterUrls })
  const signer = createPlaybackSigner(options.playbackSecret)
  const views = createVideoViews({ signer, now })
  const shares = createShares({ table, now })
  const readShare = shares.read
  const people =
    options.accounts && (await createPeople(options.accounts, { table, publicOrigin, log }))
  const identify = people ? people.identify : soleOwner
  const calls = people ? createCalls(table) : undefined
  const list = createVideoList({ table })
  const revokeAll: RevokeAll = async videoIds => {
    for (const videoId of videoIds) await revoke(videoId)
  }
  const common = {
    calls,
    videos,
    tasks,
    chunks,
    source,
    queue,
    views,
    identify,
    readShare,
    readNames: createReadNames({ table }),
    log,
    now,
  }

  const upload = createUploadApp({
    ...common,
    multipart,
    quotas: people ? createQuotas({ ...people, list }) : undefined,
    unfinished: createUnfinished({ table }),
    limits: defaultLimits,
    newVideoId: () => toVideoId(randomBytes(24)),
  })
  const sign = createSignApp({
    ...common,
    signer,
    secure: publicOrigin.startsWith('https:'),
  })
  const status = createStatusApp({
    ...common,
    list,
    shares,
    access: createVideoAccess({ table }),
    revoke,
    timing: usualTiming,
    cap: createStreamCap(),
    version,
    publicOrigin,
  })
  const accounts = people
    ? createAccountsApp({
        ...{ ...common, ...people, list },
        publicOrigin,
        endAccount: (...who) => endAccount({ ...common, ...people, list, revokeAll }, ...who),
      })
    : createAccountlessApp(common)
  const rooms = { upload, sign, status, accounts }
  const playlist = createPlaylistApp({ ...common, pollSeconds: playlistPollSeconds })

  const api: App = request => rooms[roomFor(new URL(request.url).pathname)].fetch(request)
  const answer =
    (app: { fetch(request: Request): Response | Promise<Response> }): App =>
    request =>
      app.fetch(request)
  return {
    /** What the apps of the API answer. */
    registered: Object.values(rooms).flatMap(app => app.routes.filter(isRoute)),
    apps: { api, stream: answer(status), playlist: answer(playlist) },
    ...common,
    table,
    people,
    /** What the reaper goes on with. */
    ...{
      list,
      revokeAll,
      accounts: createAccounts({ table }),
      sessions: createSessions({ table }),
    },
  }
}

/** Not what stands before all of them. */
const isRoute = ({ method }: { method: string }) => method !== 'ALL'

/** What the rooms share of people: their records, and who asks. */
async function createPeople(
  { keys: accessKeys, registration, defaultQuota, adminCode, secondFactorKey }: AccountsOptions,
  { table, publicOrigin, log }: { table: Table; publicOrigin: string; log: Log },
) {
  const keys = createApiKeys({ table })
  const tokens = await createAccessTokens({ keys: accessKeys, issuer: accessIssuer, now })
  const secure = publicOrigin.startsWith('https:')
  return {
    ...{ keys, tokens, secure, registration, defaultQuota, adminCode },
    accounts: createAccounts({ table }),
    sessions: createSessions({ table, log }),
    passwords: createPasswords(),
    passwordLinks: createPasswordLinks({ table }),
    secondFactors: createSecondFactors({ table, key: secondFactorKey }),
    limits: createRateLimits({ table }),
    audit: createAudit({ table }),
    identify: createIdentify({ verifier: tokens, keys, secure, publicOrigin, now }),
  }
}

export type Rooms = Awaited<ReturnType<typeof createRooms>>
