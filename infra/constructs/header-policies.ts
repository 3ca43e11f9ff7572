// The headers CloudFront adds to every answer of a behaviour, errors included: cross-origin rules for media, security headers
// for the portal and the API. Never Cache-Control, which comes with each object: added here, it would keep an error for a year.
import { Duration } from 'aws-cdk-lib'
import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  type ResponseCustomHeader,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
} from 'aws-cdk-lib/aws-cloudfront'
import { Construct } from 'constructs'
import { type Behaviour, mediaCorsHeaders, securityHeaders } from '#domain/delivery.ts'

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

export class HeaderPolicies extends Construct {
  private readonly media: ResponseHeadersPolicy
  private readonly portal: ResponseHeadersPolicy
  private readonly api: ResponseHeadersPolicy

  constructor(scope: Construct, id: string, { contentPolicy }: { contentPolicy: string }) {
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
    const customHeaders = Object.entries(securityHeaders)
      .filter(([name]) => !settings[name])
      .map(([header, value]): ResponseCustomHeader => ({ header, value, override }))
    const secure: ResponseSecurityHeadersBehavior = Object.assign(
      { strictTransportSecurity: hsts },
      ...Object.entries(securityHeaders).map(([name, value]) => settings[name]?.(value)),
    )
    this.api = new ResponseHeadersPolicy(this, 'Api', {
      comment: 'Millrace: answers of the API',
      customHeadersBehavior: { customHeaders },
      securityHeadersBehavior: secure,
    })
    this.portal = new ResponseHeadersPolicy(this, 'Portal', {
      comment: 'Millrace: the portal',
      customHeadersBehavior: { customHeaders },
      securityHeadersBehavior: {
        ...secure,
        contentSecurityPolicy: { contentSecurityPolicy: contentPolicy, override },
      },
    })
  }

  for({ cors, origin }: Behaviour): ResponseHeadersPolicy {
    if (cors) return this.media
    return origin === 'portal' ? this.portal : this.api
  }
}
