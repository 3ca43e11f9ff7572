// What stands behind the edge, each reachable through it alone: buckets and function URLs by origin access control.
import { Duration, Fn } from 'aws-cdk-lib'
import {
  AccessLevel,
  type IOrigin,
  OriginProtocolPolicy,
  S3OriginAccessControl,
} from 'aws-cdk-lib/aws-cloudfront'
import { FunctionUrlOrigin, HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import type { Origin } from '#domain/delivery.ts'
import { firstListHoldSeconds, pingEverySeconds } from '#domain/timing.ts'
import type { ApiStack } from '../api-stack.ts'

export interface OriginsProps {
  api: ApiStack
  media: IBucket
  portal: IBucket
}

/** CloudFront: «origin response timeout … 1 to 60 seconds» unless the quota is raised. */
const longestWait = Duration.seconds(60)

export function createOrigins(scope: Construct, props: OriginsProps): Record<Origin, IOrigin> {
  const { api, media, portal } = props
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
    playlist: FunctionUrlOrigin.withOriginAccessControl(api.playlist, { readTimeout: longestWait }),
    stream: FunctionUrlOrigin.withOriginAccessControl(api.stream, { readTimeout: longestWait }),
    api: new HttpOrigin(Fn.select(2, Fn.split('/', api.api.api.apiEndpoint)), {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
    }),
  }
}
