// The HTTP API: each path to the room that answers it, throttled, with a log line a request.
import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type ApiRoom, apiRoutes } from '#domain/api-routes.ts'
import type { StageConfig } from '../config.ts'
import type { RoomFunction } from './room-function.ts'

export interface RoomApiProps {
  rooms: Record<ApiRoom, RoomFunction>
  config: StageConfig
}

/** Never the query: a cursor is harmless, but a ticket would not be. `request` stands in the functions' lines too. */
const accessLog = JSON.stringify({
  time: '$context.requestTime',
  request: '$context.requestId',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
  address: '$context.identity.sourceIp',
})

export class RoomApi extends Construct {
  readonly api: HttpApi

  constructor(scope: Construct, id: string, { rooms, config }: RoomApiProps) {
    super(scope, id)
    this.api = new HttpApi(this, 'Api', {
      description: 'Millrace: uploads, playback links, library',
      createDefaultStage: false,
    })
    const integrations: Record<ApiRoom, HttpLambdaIntegration> = {
      upload: new HttpLambdaIntegration('Upload', rooms.upload),
      sign: new HttpLambdaIntegration('Sign', rooms.sign),
      status: new HttpLambdaIntegration('Status', rooms.status),
      accounts: new HttpLambdaIntegration('Accounts', rooms.accounts),
    }
    for (const { path, room } of apiRoutes) {
      this.api.addRoutes({
        path: toRoute(path),
        methods: [HttpMethod.ANY],
        integration: integrations[room],
      })
    }
    const log = new LogGroup(this, 'AccessLog', {
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: config.throttle.ratePerSecond, burstLimit: config.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(accessLog),
      },
    })
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Who asks is decided by each room (platform/identity.ts), which an authorizer in front could not do for cookies.',
    })
  }
}

/** `/api/uploads/*` as `/api/uploads/{proxy+}`, an inner `*` as one segment, and what matches everything as the API's default. */
function toRoute(path: string): string {
  if (path === '/*') return '/{proxy+}'
  return path.replace(/\*$/, '{proxy+}').replace('/*/', '/{videoId}/')
}
