// The headers CloudFront adds to every answer of a behaviour, errors included: cross-origin rules for media, security headers
// for the portal and the API. Cache-Control comes with each object: added here, it would keep an error for a year; but for what a cookie
// opens, of which nothing is kept unasked.
import { Duration } from 'aws-cdk-lib'
import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  type ResponseCustomHeader,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
} from 'aws-cdk-lib/aws-cloudfront'
import { Construct } from 'constructs'
import {
  apiContentPolicy,
  type Behaviour,
  contentSecurityPolicy,
  cookieCacheControl,
  mediaCorsHeaders,
  securityHeadersOf,
} from '#domain/delivery.ts'

const override = true
const hsts = { accessControlMaxAge: Duration.days(365), override }
const listOf = (name: string) => (mediaCorsHeaders[name] ?? '').split(', ')

/** What CloudFront takes by a setting of its own; it refuses them as custom headers. */
const settings: Readonly<Record<string, (value: string) => ResponseSecurityHeadersBehavior>> = {
  'x-content-type-options': () => ({ contentTypeOptions: { override } }),
  'x-frame-options': value => ({
    frameOptions: { frameOption: one(HeadersFrameOption, value), override },
  }),
  'referrer-policy': value => ({
    referrerPolicy: { referrerPolicy: one(HeadersReferrerPolicy, value), override },
  }),
}

function one<Value extends string>(values: Record<string, Value>, text: string): Value {
  const found = Object.values(values).find(value => value === text)
  if (found === undefined) throw new RangeError(`CloudFront has no setting for ${text}`)
  return found
}

type Framing = Pick<Behaviour, 'framedByAnyone'>

export class HeaderPolicies extends Construct {
  private readonly media: ResponseHeadersPolicy
  private readonly byCookie: ResponseHeadersPolicy
  private readonly portal: ResponseHeadersPolicy
  private readonly embed: ResponseHeadersPolicy
  private readonly api: ResponseHeadersPolicy

  constructor(scope: Construct, id: string, { storeOrigin }: { storeOrigin: string }) {
    super(scope, id)
    this.media = new ResponseHeadersPolicy(this, 'Media', {
      comment: 'Millrace: any site may play',
      corsBehavior: {
        accessControlAllowOrigins: listOf('access-control-allow-origin'),
        accessControlAllowMethods: listOf('access-control-allow-methods'),
        accessControlAllowHeaders: listOf('access-control-allow-headers'),
        accessControlExposeHeaders: listOf('access-control-expose-headers'),
        accessControlMaxAge: Duration.seconds(Number(mediaCorsHeaders['access-control-max-age'])),
        accessControlAllowCredentials: false,
        originOverride: override,
      },
      securityHeadersBehavior: { contentTypeOptions: { override } },
    })
    this.byCookie = new ResponseHeadersPolicy(this, 'ByCookie', {
      comment: 'Millrace: what a cookie opens',
      securityHeadersBehavior: { contentTypeOptions: { override } },
      customHeadersBehavior: {
        customHeaders: [{ header: 'cache-control', value: cookieCacheControl, override }],
      },
    })
    const { customHeadersBehavior, securityHeadersBehavior } = securityOf({})
    this.api = new ResponseHeadersPolicy(this, 'Api', {
      comment: 'Millrace: answers of the API',
      customHeadersBehavior,
      securityHeadersBehavior: {
        ...securityHeadersBehavior,
        // The API's own pages say another.
        contentSecurityPolicy: { contentSecurityPolicy: apiContentPolicy, override: false },
      },
    })
    this.portal = this.pages('Portal', 'the portal', storeOrigin, {})
    this.embed = this.pages('Embed', 'the player in frames', storeOrigin, { framedByAnyone: true })
  }

  private pages(id: string, what: string, storeOrigin: string, framing: Framing) {
    const { customHeadersBehavior, securityHeadersBehavior } = securityOf(framing)
    const policy = contentSecurityPolicy(storeOrigin, framing)
    return new ResponseHeadersPolicy(this, id, {
      comment: `Millrace: ${what}`,
      customHeadersBehavior,
      securityHeadersBehavior: {
        ...securityHeadersBehavior,
        contentSecurityPolicy: { contentSecurityPolicy: policy, override },
      },
    })
  }

  for({ cors, byCookie, origin, framedByAnyone }: Behaviour): ResponseHeadersPolicy {
    if (byCookie) return this.byCookie
    if (cors) return this.media
    if (origin !== 'portal') return this.api
    return framedByAnyone ? this.embed : this.portal
  }
}

function securityOf(framing: Framing) {
  const headers = Object.entries(securityHeadersOf(framing))
  const customHeaders = headers
    .filter(([name]) => !settings[name])
    .map(([header, value]): ResponseCustomHeader => ({ header, value, override }))
  const securityHeadersBehavior: ResponseSecurityHeadersBehavior = Object.assign(
    { strictTransportSecurity: hsts },
    ...headers.map(([name, value]) => settings[name]?.(value)),
  )
  return { customHeadersBehavior: { customHeaders }, securityHeadersBehavior }
}
