// Drops what the edge keeps below a path.
import type { AwsCall } from '#platform/aws-call.ts'

const namespace = 'http://cloudfront.amazonaws.com/doc/2020-05-31/'

export function createInvalidate(deps: {
  call: AwsCall
  distributionId: string
  /** Epoch seconds. */
  now(): number
}): (path: string) => Promise<void> {
  const { call, distributionId, now } = deps
  return async path => {
    // A path is made of our own prefixes and an id of letters and digits: nothing in it is markup.
    const reference = `${path} ${now()}`
    await call({
      service: 'cloudfront',
      path: `/2020-05-31/distribution/${distributionId}/invalidation`,
      headers: { 'content-type': 'application/xml' },
      body: `<InvalidationBatch xmlns="${namespace}"><Paths><Quantity>1</Quantity><Items><Path>${path}</Path></Items></Paths><CallerReference>${reference}</CallerReference></InvalidationBatch>`,
    })
  }
}
