// List prices in US dollars, of us-east-1 where a region matters, without free tiers and discounts. The only file that knows a
// price; whoever changes one changes its date. Plain data.

/** Prices as a whole were last gone through on this day. */
export const pricesAsOf = '2026-11-25'

/**
 * How a price is known. `page`: read where the vendor publishes it. `copy`: read in somebody's dated transcription of that page or
 * of the price list. `recalled`: from memory, not looked up.
 */
export type Known = 'page' | 'copy' | 'recalled'

export interface Price {
  dollars: number
  /** For so many units: prices stand here as they are published. */
  units: number
  unit: string
  /** Where the vendor publishes it. */
  source: string
  known: Known
}

const million = 1_000_000
const fargate = 'https://aws.amazon.com/fargate/pricing/'
const lambda = 'https://aws.amazon.com/lambda/pricing/'
const s3 = 'https://aws.amazon.com/s3/pricing/'
const sqs = 'https://aws.amazon.com/sqs/pricing/'
const dynamo = 'https://aws.amazon.com/dynamodb/pricing/on-demand/'
const cloudfront = 'https://aws.amazon.com/cloudfront/pricing/'
const cloudwatch = 'https://aws.amazon.com/cloudwatch/pricing/'
const mediaconvert = 'https://aws.amazon.com/mediaconvert/pricing/'
const mux = 'https://www.mux.com/pricing/video'
const cloudflare = 'https://developers.cloudflare.com/stream/pricing/'
const bunny = 'https://docs.bunny.net/stream/pricing'

export const prices = {
  // Linux on ARM. Spot as of 2026-09-28: it moves.
  spotCpu: { dollars: 0.01030969, units: 1, unit: 'vCPU-hour', source: fargate, known: 'copy' },
  spotMemory: { dollars: 0.00113349, units: 1, unit: 'GB-hour', source: fargate, known: 'copy' },
  onDemandCpu: { dollars: 0.03238, units: 1, unit: 'vCPU-hour', source: fargate, known: 'copy' },
  onDemandMemory: { dollars: 0.00356, units: 1, unit: 'GB-hour', source: fargate, known: 'copy' },
  /** Beyond the 20 GB that every task has. */
  taskStorage: { dollars: 0.000111, units: 1, unit: 'GB-hour', source: fargate, known: 'copy' },
  publicAddress: {
    ...{ dollars: 0.005, units: 1, unit: 'hour', known: 'copy' },
    source: 'https://aws.amazon.com/vpc/pricing/',
  },

  // ARM, the first 7.5 billion GB-s a month.
  lambdaCompute: { dollars: 0.0000133334, units: 1, unit: 'GB-s', source: lambda, known: 'copy' },
  lambdaRequests: { dollars: 0.2, units: million, unit: 'request', source: lambda, known: 'copy' },
  /** Beyond the 512 MB that every function has. */
  lambdaStorage: { dollars: 3.09e-8, units: 1, unit: 'GB-s', source: lambda, known: 'copy' },
  httpApi: {
    ...{ dollars: 1, units: million, unit: 'request', known: 'recalled' },
    source: 'https://aws.amazon.com/api-gateway/pricing/',
  },

  storeSpace: { dollars: 0.023, units: 1, unit: 'GB-month', source: s3, known: 'recalled' },
  /** PUT, COPY, POST and LIST. */
  storeWrites: { dollars: 0.005, units: 1000, unit: 'request', source: s3, known: 'recalled' },
  /** GET and HEAD; deletions are free. */
  storeReads: { dollars: 0.0004, units: 1000, unit: 'request', source: s3, known: 'recalled' },

  /** With the surcharge of fair queues, 0.10, on every request. */
  queueRequests: { dollars: 0.5, units: million, unit: 'request', source: sqs, known: 'copy' },

  tableWrites: { dollars: 0.625, units: million, unit: 'WRU', source: dynamo, known: 'copy' },
  tableReads: { dollars: 0.125, units: million, unit: 'RRU', source: dynamo, known: 'copy' },
  /** 0.25 of the table and 0.20 of its continuous backup. */
  tableSpace: { dollars: 0.45, units: 1, unit: 'GB-month', source: dynamo, known: 'recalled' },

  events: {
    ...{ dollars: 1, units: million, unit: 'event', known: 'recalled' },
    source: 'https://aws.amazon.com/eventbridge/pricing/',
  },

  edgeRequests: {
    dollars: 0.01,
    units: 10_000,
    unit: 'request',
    source: cloudfront,
    known: 'copy',
  },
  edgeFunctions: { dollars: 0.1, units: million, unit: 'call', source: cloudfront, known: 'copy' },
  edgeKeys: { dollars: 0.03, units: million, unit: 'read', source: cloudfront, known: 'recalled' },

  logs: { dollars: 0.5, units: 1, unit: 'GB', source: cloudwatch, known: 'copy' },
  metrics: { dollars: 0.3, units: 1, unit: 'metric-month', source: cloudwatch, known: 'copy' },
  /** Of each metric that an alarm looks at. */
  alarms: { dollars: 0.1, units: 1, unit: 'metric-month', source: cloudwatch, known: 'copy' },
  dashboards: { dollars: 3, units: 1, unit: 'dashboard-month', source: cloudwatch, known: 'copy' },
  secrets: {
    ...{ dollars: 0.4, units: 1, unit: 'secret-month', known: 'recalled' },
    source: 'https://aws.amazon.com/secrets-manager/pricing/',
  },
  images: {
    ...{ dollars: 0.1, units: 1, unit: 'GB-month', known: 'recalled' },
    source: 'https://aws.amazon.com/ecr/pricing/',
  },

  // Rivals. MediaConvert: basic tier, AVC, single pass, up to 30 frames a second; sound is not counted.
  mediaconvertSd: {
    dollars: 0.0075,
    units: 1,
    unit: 'minute',
    source: mediaconvert,
    known: 'copy',
  },
  mediaconvertHd: { dollars: 0.015, units: 1, unit: 'minute', source: mediaconvert, known: 'copy' },
  mediaconvertUhd: { dollars: 0.03, units: 1, unit: 'minute', source: mediaconvert, known: 'copy' },
  // Basic quality, whose input is free; the first 100,000 minutes delivered are.
  muxStored: { dollars: 0.0024, units: 1, unit: 'minute-month', source: mux, known: 'copy' },
  muxDelivered: { dollars: 0.0008, units: 1, unit: 'minute', source: mux, known: 'copy' },
  cloudflareStored: { dollars: 5, units: 1000, unit: 'minute', source: cloudflare, known: 'page' },
  cloudflareDelivered: {
    ...{ dollars: 1, units: 1000, unit: 'minute', source: cloudflare, known: 'page' },
  },
  /** The volume network; encoding is free, or `bunnyPremium` for the ladder up to 1080p in one codec. */
  bunnyDelivered: { dollars: 0.005, units: 1, unit: 'GB', source: bunny, known: 'page' },
  bunnyStored: { dollars: 0.01, units: 1, unit: 'GB-month', source: bunny, known: 'page' },
  bunnyPremium: { dollars: 0.05, units: 1, unit: 'minute', source: bunny, known: 'page' },
} as const satisfies Record<string, Price>

export type PriceName = keyof typeof prices

/** Delivery by CloudFront to North America and Europe, by the month: up to so many TB of 1,000 GB at so much a GB. */
export const edgeTiers: readonly { toTerabytes: number; dollarsAGigabyte: number }[] = [
  { toTerabytes: 10, dollarsAGigabyte: 0.085 },
  { toTerabytes: 50, dollarsAGigabyte: 0.08 },
  { toTerabytes: 150, dollarsAGigabyte: 0.06 },
  { toTerabytes: 500, dollarsAGigabyte: 0.04 },
  { toTerabytes: 1024, dollarsAGigabyte: 0.03 },
  { toTerabytes: 5024, dollarsAGigabyte: 0.025 },
  { toTerabytes: Number.POSITIVE_INFINITY, dollarsAGigabyte: 0.02 },
]
export const edgeTiersSource = { source: cloudfront, known: 'page' } as const

/** CloudFront's flat-rate plans: delivery, requests, functions, logs and web ACL for one sum. A distribution has one plan. */
export const edgePlans = [
  { name: 'Free', dollars: 0, terabytes: 0.1, requests: million },
  { name: 'Pro', dollars: 15, terabytes: 50, requests: 10 * million },
  { name: 'Business', dollars: 200, terabytes: 50, requests: 125 * million },
  { name: 'Premium', dollars: 1000, terabytes: 50, requests: 500 * million },
] as const
export const edgePlansSource = { source: cloudfront, known: 'copy' } as const

/** The minutes that Mux delivers for nothing each month. */
export const muxFreeMinutes = 100_000
