// The whole of Millrace on one machine: emulator, functions, edge, transcoder and portal, started in order and stopped in order.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import { joinLink, passwordLink } from '#domain/join-link.ts'
import { readOrigin } from '#platform/env.ts'
import type { Log } from '#platform/log.ts'
import { openWayBack } from '#platform/way-back.ts'
// biome-ignore lint/style/noRestrictedImports: the edge runs the very functions that infra deploys.
import { buildGate, buildPortal } from '../infra/edge/build.ts'
import { startChores } from './chores.ts'
import { createEdge } from './edge.ts'
import { serviceEnvironment, transcoderEnvironment, useServices } from './environment.ts'
import { createMediaOrigin } from './media-origin.ts'
import { type MiniStack, startMiniStack } from './ministack.ts'
import { createPortalOrigin } from './portal-origin.ts'
import { provision } from './provision.ts'
import type { Repeated } from './repeat.ts'
import { openRevocations } from './revocations.ts'
import { createClients, createRooms, now, type Rooms } from './rooms.ts'
import { createAdminCode, keepAccessKeys, keepSecondFactorKey, keepSecrets } from './secrets.ts'
import { type EdgeServer, startServer } from './server.ts'
import type { Settings } from './settings.ts'
import { chooseStorePort, keepStorePort } from './store-port.ts'
import { startTranscoder, type TranscoderProcess } from './transcoder-process.ts'

export interface RunOptions {
  settings: Settings
  /** The checkout. */
  root: string
  /** Of this process: its AWS names are replaced. */
  env: NodeJS.ProcessEnv
  log: Log
  /** For a person: one sentence. */
  say: (sentence: string) => void
  /** In the place of the transcoder's own program: for tests, whose websites stand on this machine. */
  transcoder?: { entry: string; env: Readonly<Record<string, string>> }
}

export interface Running {
  /** `http://localhost:8080` */
  address: string
  /** Where the first person becomes the admin; null: somebody has. */
  joinAddress: string | null
  /** Where somebody sets a new password, as `WAY_BACK` asks for it; null: it does not. */
  wayBackAddress: string | null
  /** Fulfilled with a sentence when something ends that the rest cannot do without. */
  broken: Promise<string>
  /** Everything, in order. */
  stop(): Promise<void>
  /** Everything, now. */
  kill(): void
}

/** What runs so far, so that a start that fails in the middle leaves nothing behind. */
interface Parts {
  server?: EdgeServer
  ministack?: MiniStack
  transcoder?: TranscoderProcess
  chores?: Repeated
}

/** @throws MillraceError `configuration-wrong` with a sentence for a person; then nothing runs any more. */
export async function run(options: RunOptions): Promise<Running> {
  const parts: Parts = {}
  try {
    return await start(options, parts)
  } catch (thrown) {
    await stopAll(parts)
    throw thrown
  }
}

async function start(options: RunOptions, parts: Parts): Promise<Running> {
  const { settings, root, env, log, say } = options
  const { stateFolder, buckets } = settings
  // First, because a taken port is the likeliest thing to go wrong.
  parts.server = await startServer(settings)
  const { port } = parts.server
  const address = `http://localhost:${port}`
  const secrets = await keepSecrets(stateFolder)
  const ministack = await startEmulator(root, stateFolder)
  parts.ministack = ministack
  const services = serviceEnvironment(settings.store, ministack.endpoint)
  useServices(env, services)

  const clients = createClients(services)
  const { notes, ...queues } = await provision({
    ...clients,
    names: {
      sourceBucket: buckets.source,
      mediaBucket: buckets.media,
      fastQueue: 'millrace-fast',
      bulkQueue: 'millrace-bulk',
      table: 'millrace-videos',
    },
    portalOrigins: portalOrigins(settings.host, port),
  })
  for (const note of notes) say(note)
  if (!settings.store && !['127.0.0.1', 'localhost', '::1'].includes(settings.host)) {
    say(
      'Other devices can watch; only this machine can upload, because the stand-in store answers here alone.',
    )
  }
  const names = {
    table: 'millrace-videos',
    sourceBucket: buckets.source,
    mediaBucket: buckets.media,
    fastQueueUrl: queues.fastQueueUrl,
    bulkQueueUrl: queues.bulkQueueUrl,
    deadLetterUrls: { fast: queues.fastDeadLetterUrl, bulk: queues.bulkDeadLetterUrl },
  }

  const portal = join(root, '.millrace', 'portal')
  if (!existsSync(portal)) say('The portal is not built yet: run `npm start`, which builds it.')
  const revocations = await openRevocations(stateFolder, now)
  const gate = () =>
    buildGate({ secrets: [secrets.playbackSecret], revoked: revocations.current() })
  const accounts = settings.accounts
    ? {
        keys: await keepAccessKeys(stateFolder),
        secondFactorKey: await keepSecondFactorKey(stateFolder),
        registration: settings.registration,
        defaultQuota: settings.defaultQuota,
        adminCode: settings.adminCode ?? createAdminCode(),
      }
    : null
  const rooms = await createRooms({
    accounts,
    clients,
    names,
    playbackSecret: secrets.playbackSecret,
    version: versionOf(root),
    publicOrigin: readOrigin(env, 'PUBLIC_ORIGIN') ?? address,
    log,
    async revoke(videoId, epoch) {
      await revocations.revoke(videoId, epoch)
      edge.replaceGate(gate())
      // Of a video that goes on, its copies are good: only new links lead to them.
      if (epoch !== undefined) return
      edge.invalidate(`/v/${videoId}/`)
      edge.invalidate(`/p/${videoId}/`)
    },
  })
  const edge = createEdge({
    origins: {
      media: { objects: createMediaOrigin({ s3: clients.s3, bucket: buckets.media }) },
      portal: { objects: createPortalOrigin({ folder: portal }) },
      playlist: { app: rooms.apps.playlist },
      stream: { app: rooms.apps.stream },
      api: { app: rooms.apps.api },
    },
    gateSource: gate(),
    portalSource: buildPortal(),
    storeOrigin: storeOrigin(services, buckets.source),
    onError(thrown, path) {
      const { code, detail } = toMillraceError(thrown)
      log.error('an answer failed', { path: pathWithoutToken(path), code, detail })
    },
  })
  parts.transcoder = startTranscoder({
    entry: options.transcoder?.entry ?? join(root, 'transcoder', 'main.ts'),
    env: {
      ...transcoderEnvironment({ services, names, env, hasAccounts: accounts !== null }),
      ...options.transcoder?.env,
    },
    log,
  })
  if ((await parts.transcoder.begun) === 'refused') {
    throw new MillraceError('configuration-wrong', {
      message: 'Millrace does not start without its transcoder.',
    })
  }
  parts.chores = await startChores({ rooms, clients, queues, stateFolder, log })
  parts.server.open(edge.fetch)
  const wayBackAddress = await wayBackTo(rooms, settings.wayBack, address)
  const isFresh = accounts !== null && !(await rooms.people?.accounts.hasAdmin())

  return {
    address,
    joinAddress: isFresh ? joinLink(address, accounts.adminCode) : null,
    wayBackAddress,
    broken: brokenBy(ministack, parts),
    stop: () => stopAll(parts),
    kill: () => parts.transcoder?.kill(),
  }
}

/** @throws MillraceError `configuration-wrong` */
async function wayBackTo(
  { table, people }: Rooms,
  email: string | null,
  address: string,
): Promise<string | null> {
  if (email === null) return null
  const code = people && (await openWayBack({ table, accounts: people.accounts }, email, now()))
  if (code) return passwordLink(address, code)
  throw new MillraceError('configuration-wrong', {
    message:
      'Nobody has an account here with the address in WAY_BACK. Correct it, or leave it out.',
  })
}

async function startEmulator(root: string, stateFolder: string): Promise<MiniStack> {
  const python = join(root, '.millrace', 'venv', 'bin', 'python')
  if (!existsSync(python)) {
    throw new MillraceError('configuration-wrong', {
      message: 'MiniStack is not installed: run `npm start`, which sets everything up.',
    })
  }
  const ministack = await startMiniStack({
    python,
    port: await chooseStorePort(stateFolder),
    stateDir: join(stateFolder, 'ministack'),
    auth: true,
  })
  await keepStorePort(stateFolder, ministack.endpoint)
  return ministack
}

const stopping = new WeakSet<Parts>()

async function brokenBy(ministack: MiniStack, parts: Parts): Promise<string> {
  await ministack.exited
  // Our own stop is no accident.
  if (stopping.has(parts)) return new Promise(() => {})
  return 'MiniStack has ended unexpectedly, and Millrace cannot go on without it. It keeps what it holds at a clean stop only: changes since the last one are lost. Start again with `npm start`.'
}

/** Requests and streams first, what they use after: each hands back what it holds. */
async function stopAll(parts: Parts): Promise<void> {
  stopping.add(parts)
  await parts.server?.stop()
  await parts.chores?.stop()
  await parts.transcoder?.stop()
  await parts.ministack?.stop()
}

/** As browsers write the address of the portal: both names of this machine, and the one it was told. */
function portalOrigins(host: string, port: number): string[] {
  const names = new Set(['localhost', '127.0.0.1', host === '0.0.0.0' || host === '::' ? '' : host])
  return [...names]
    .filter(name => name !== '')
    .map(name => `http://${name.includes(':') ? `[${name}]` : name}:${port}`)
}

/** Where presigned addresses of parts point. */
function storeOrigin(services: Record<string, string>, bucket: string): string {
  const { protocol, host } = new URL(services['S3_ENDPOINT'] ?? services['AWS_ENDPOINT_URL'] ?? '')
  const inPath = services['S3_FORCE_PATH_STYLE'] !== 'false'
  return `${protocol}//${inPath ? '' : `${bucket}.`}${host}`
}

/** Whoever reads the log gets no link that plays. */
const pathWithoutToken = (path: string): string => path.replace(/^\/t\/[^/]+/, '/t/…')

function versionOf(root: string): string {
  const { version } = Object(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  return String(version)
}
