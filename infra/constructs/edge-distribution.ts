// The one distribution: the behaviours of domain/delivery.ts in their order, each with its origin, cache, headers and function.
import { Duration, Validations } from 'aws-cdk-lib'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  type BehaviorOptions,
  Distribution,
  HttpVersion,
  type IOrigin,
  OriginRequestPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { type Behaviour, behaviours, errorCacheSeconds, type Origin } from '#domain/delivery.ts'
import type { StageConfig } from '../config.ts'
import { CachePolicies } from './cache-policies.ts'
import type { Edge } from './edge.ts'
import type { HeaderPolicies } from './header-policies.ts'

const pageName = 'index.html'

/** Every status CloudFront keeps errors for. */
const errorStatuses = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]

export interface EdgeDistributionProps {
  config: StageConfig
  origins: Record<Origin, IOrigin>
  edge: Edge
  headers: HeaderPolicies
  logs: IBucket
}

export class EdgeDistribution extends Construct {
  readonly distribution: Distribution
  /** `https://…`, as people open it. */
  readonly address: string

  constructor(scope: Construct, id: string, props: EdgeDistributionProps) {
    super(scope, id)
    const { config, logs } = props
    const { domain, webAclArn } = config
    const caches = new CachePolicies(this, 'Cache')
    const options = (behaviour: Behaviour): BehaviorOptions => ({
      origin: props.origins[behaviour.origin],
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: methodsOf(behaviour),
      cachePolicy: caches.for(behaviour),
      // Uncached paths are told everything but the host, which must be the function's or the API's own.
      ...(behaviour.cacheSeconds === null
        ? { originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER }
        : {}),
      compress: behaviour.compress,
      responseHeadersPolicy: props.headers.for(behaviour),
      functionAssociations: props.edge.for(behaviour.viewerRequest),
    })
    const last = behaviours.at(-1)
    if (last?.path !== '/*') throw new RangeError('the last behaviour must match everything')
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Millrace ${config.stage}`,
      defaultBehavior: options(last),
      additionalBehaviors: Object.fromEntries(
        behaviours.slice(0, -1).map(behaviour => [behaviour.path, options(behaviour)]),
      ),
      errorResponses: errorStatuses.map(httpStatus => ({
        httpStatus,
        ttl: Duration.seconds(errorCacheSeconds),
      })),
      // The function at the edge answers `/` with the page; this keeps the bucket's list from ever being that answer.
      defaultRootObject: pageName,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_ALL,
      enableIpv6: true,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: 'edge/',
      ...(webAclArn ? { webAclId: webAclArn } : {}),
      ...(domain
        ? {
            domainNames: [domain.name],
            certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
            minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          }
        : {}),
    })
    this.address = `https://${domain?.name ?? this.distribution.distributionDomainName}`
    this.acknowledge(config)
  }

  private acknowledge({ domain, webAclArn }: StageConfig): void {
    Validations.of(this.distribution).acknowledge({
      id: '@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
      reason:
        'The root object is named, and the function at the edge never asks for the bucket itself.',
    })
    const acknowledge = (id: string, reason: string) =>
      Validations.of(this.distribution).acknowledge({ id: `AwsSolutions-${id}`, reason })
    acknowledge('CFR1', 'Who may watch from where is the operator’s to say, by a web ACL.')
    if (!webAclArn)
      acknowledge('CFR2', 'A web ACL costs by the month: an option (-c webAcl=…), off by default.')
    if (!domain) {
      acknowledge(
        'CFR4',
        'Without a domain of its own the certificate is CloudFront’s, which fixes the protocol.',
      )
    }
  }
}

function methodsOf({ methods, cors }: Behaviour): AllowedMethods {
  if (methods === 'all') return AllowedMethods.ALLOW_ALL
  return cors ? AllowedMethods.ALLOW_GET_HEAD_OPTIONS : AllowedMethods.ALLOW_GET_HEAD
}
