// The HTTP API, one function a room, and the two functions that answer slowly: the event stream and growing playlists.
import { Duration, Stack } from 'aws-cdk-lib'
import { type FunctionUrl, FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import type { ApiRoom } from '#domain/api-routes.ts'
import { plansPrefix, uploadsPrefix } from '#domain/keys.ts'
import { streamLifeSeconds } from '#domain/timing.ts'
import { AccessSecrets } from './constructs/access-secrets.ts'
import { setDefaultQuota } from './constructs/default-quota.ts'
import { EdgeSecret } from './constructs/edge-secret.ts'
import { gateKeysName, grantRevoke } from './constructs/gate-keys.ts'
import { RoomApi } from './constructs/room-api.ts'
import { RoomFunction, type RoomFunctionProps } from './constructs/room-function.ts'
import { grantWarm } from './constructs/warm.ts'
import type { PipelineStack } from './pipeline-stack.ts'
import type { StageProps, StorageStack } from './storage-stack.ts'

export interface ApiStackProps extends StageProps {
  storage: StorageStack
  pipeline: PipelineStack
}

export class ApiStack extends Stack {
  readonly api: RoomApi
  readonly access: AccessSecrets
  readonly edgeSecret: EdgeSecret
  readonly rooms: Record<ApiRoom | 'stream' | 'playlist', RoomFunction>
  readonly stream: FunctionUrl
  readonly playlist: FunctionUrl

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    const { config, storage, pipeline, ...stackProps } = props
    super(scope, id, stackProps)
    const { stores, videos, playbackSecret } = storage
    const { queues } = pipeline
    const { streamConcurrency: reservedConcurrency } = config
    const room = (
      id: string,
      entry: string,
      description: string,
      more: Partial<RoomFunctionProps> = {},
    ) => new RoomFunction(this, id, { entry, description, config, ...more })

    const upload = room('Upload', 'functions/upload/handler', 'Millrace uploads')
    videos.grant(upload, 'read', 'create', 'change', 'remove')
    queues.grantSend(upload)
    playbackSecret.grantRead(upload)
    // Parts go from the browser to the store by addresses that this role has signed: it may write what it signs.
    stores.grantSource(upload, {
      prefix: uploadsPrefix,
      verbs: ['read', 'write', 'abort', 'remove', 'listParts'],
    })
    grantWarm(upload, pipeline)
    pipeline.conversion?.name(upload)

    const sign = room('Sign', 'functions/sign/handler', 'Millrace playback links')
    videos.grant(sign, 'read', 'create', 'change')
    playbackSecret.grantRead(sign)

    const status = room('Status', 'functions/status/handler', 'Millrace library')
    videos.grant(status, 'read', 'create', 'change', 'remove')
    queues.grantSend(status)
    queues.grantReadDepth(status)
    queues.grantCountDead(status)
    playbackSecret.grantRead(status)
    grantRevoke(status, gateKeysName(config.stage))

    const stream = room('Stream', 'functions/status/handler', 'Millrace event streams', {
      handler: 'stream',
      timeout: Duration.seconds(streamLifeSeconds + 7),
      reservedConcurrency,
    })
    // How often a key may ask, and when it last did.
    videos.grant(stream, 'read', 'change')
    playbackSecret.grantRead(stream)
    queues.grantReadDepth(stream)

    const playlist = room('Playlist', 'functions/playlist/handler', 'Millrace growing playlists', {
      timeout: Duration.seconds(60),
      reservedConcurrency,
    })
    videos.grant(playlist, 'read', 'change')
    stores.grantSource(playlist, { prefix: plansPrefix, verbs: ['read'] })

    const accounts = room('Accounts', 'functions/accounts/handler', 'Millrace accounts')
    videos.grant(accounts, 'read', 'create', 'change', 'remove')
    queues.grantSend(accounts)
    grantRevoke(accounts, gateKeysName(config.stage))
    accounts.set('REGISTRATION', config.registration)
    for (const asking of [upload, accounts]) setDefaultQuota(asking, config)
    this.access = new AccessSecrets(this, 'Access', config)
    this.access.grantSign(accounts)

    for (const asked of [upload, sign, status, stream]) this.access.grantCheck(asked)
    for (const asked of [upload, sign, status, stream, accounts]) {
      if (config.domain) asked.set('PUBLIC_ORIGIN', `https://${config.domain.name}`)
    }

    this.edgeSecret = new EdgeSecret(this, 'EdgeSecret', config.playbackSecret)
    for (const asked of [upload, sign, status, accounts]) this.edgeSecret.grantRead(asked)

    this.rooms = { upload, sign, status, accounts, stream, playlist }
    this.api = new RoomApi(this, 'Http', { rooms: { upload, sign, status, accounts }, config })
    const authType = config.without.has('signed-function-urls')
      ? FunctionUrlAuthType.NONE
      : FunctionUrlAuthType.AWS_IAM
    this.stream = stream.addFunctionUrl({ authType, invokeMode: InvokeMode.RESPONSE_STREAM })
    this.playlist = playlist.addFunctionUrl({ authType, invokeMode: InvokeMode.BUFFERED })
  }
}
