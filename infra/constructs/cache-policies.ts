// Cache policies from the behaviours' facts: one for each pair of lifetime and key, so that equal behaviours share theirs.
import { Duration } from 'aws-cdk-lib'
import {
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  type ICachePolicyRef,
} from 'aws-cdk-lib/aws-cloudfront'
import { Construct } from 'constructs'
import type { Behaviour } from '#domain/delivery.ts'

export class CachePolicies extends Construct {
  private readonly made = new Map<string, CachePolicy>()

  for(behaviour: Behaviour): ICachePolicyRef {
    const { cacheSeconds, queryKey, compress } = behaviour
    if (cacheSeconds === null) return CachePolicy.CACHING_DISABLED
    const id = [`Seconds${cacheSeconds}`, compress ? 'Compressed' : '', ...queryKey].join('')
    const policy = this.made.get(id) ?? this.make(id, behaviour, cacheSeconds)
    this.made.set(id, policy)
    return policy
  }

  private make(id: string, { queryKey, compress }: Behaviour, seconds: number): CachePolicy {
    return new CachePolicy(this, id, {
      comment: `Millrace: ${seconds} s`,
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(seconds),
      // With a maximum of 0 CloudFront caches nothing at all and would not compress either; `no-cache` still asks each time.
      maxTtl: Duration.seconds(Math.max(1, seconds)),
      enableAcceptEncodingGzip: compress,
      enableAcceptEncodingBrotli: compress,
      headerBehavior: CacheHeaderBehavior.none(),
      cookieBehavior: CacheCookieBehavior.none(),
      queryStringBehavior:
        queryKey.length > 0
          ? CacheQueryStringBehavior.allowList(...queryKey)
          : CacheQueryStringBehavior.none(),
    })
  }
}
