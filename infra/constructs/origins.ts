// What stands behind the edge, each reachable through it alone: buckets and function URLs by origin access control.
import { Duration, Fn } from 'aws-cdk-lib'
import {
  AccessLevel,
  type IOrigin,
  OriginProtocolPolicy,
  S3OriginAccessControl,
} from 'aws-cdk-lib/aws-cloudfront'
import { FunctionUrlOrigin, HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { FunctionUrl } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { edgeSecretHeader, type Origin } from '#domain/delivery.ts'
import { firstListHoldSeconds, pingEverySeconds } from '#domain/timing.ts'
import type { ApiStack } from '../api-stack.ts'
import type { StageConfig } from '../config.ts'

export interface OriginsProps {
  api: ApiStack
  media: IBucket
  portal: IBucket
  config: StageConfig
}

/** CloudFront: «origin response timeout … 1 to 60 seconds» unless the quota is raised. */
const longestWait = Duration.seconds(60)

export function createOrigins(scope: Construct, props: OriginsProps): Record<Origin, IOrigin> {
  const { api, media, portal, config } = props
  if (Math.max(firstListHoldSeconds, pingEverySeconds) >= longestWait.toSeconds()) {
    throw new RangeError('the edge would give up before a held request is answered')
  }
  const control = new S3OriginAccessControl(scope, 'MediaAccess')
  return {
    // Its policy stands in the storage stack: written from here, each stack would need the other.
    media: S3BucketOrigin.withBucketDefaults(media, {
      originAccessControlId: control.originAccessControlId,
    }),
    portal: S3BucketOrigin.withOriginAccessControl(portal, {
      // With LIST a missing file is a 404, not a 403.
      originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
    }),
    playlist: functionOrigin(api.playlist, config),
    stream: functionOrigin(api.stream, config),
    api: apiOrigin(api, config),
  }
}

function functionOrigin(url: FunctionUrl, { without }: StageConfig): IOrigin {
  const options = { readTimeout: longestWait }
  return without.has('signed-function-urls')
    ? new FunctionUrlOrigin(url, options)
    : FunctionUrlOrigin.withOriginAccessControl(url, options)
}

/** The emulator has no names for APIs, only paths. */
function apiOrigin({ api: { api }, edgeSecret }: ApiStack, { emulator }: StageConfig): IOrigin {
  const protocolPolicy = OriginProtocolPolicy.HTTPS_ONLY
  const customHeaders = { [edgeSecretHeader]: edgeSecret.value }
  if (!emulator) return new HttpOrigin(hostOf(api.apiEndpoint), { protocolPolicy, customHeaders })
  return new HttpOrigin(emulator.hostname, {
    protocolPolicy,
    customHeaders,
    httpsPort: Number(emulator.port),
    originPath: `/_aws/execute-api/${api.apiId}/$default`,
  })
}

/** `https://<host>`, known only when it is deployed. */
const hostOf = (endpoint: string) => Fn.select(2, Fn.split('/', endpoint))
