// The API answers whoever comes through the edge, and nobody else: the edge sends a secret along that no viewer sees. Past it, no web ACL
// is asked, and a viewer could say any network address.
import { Hono } from 'hono'
import { edgeSecretHeader } from '#domain/delivery.ts'
import type { AwsCall } from './aws-call.ts'
import type { Environment } from './env.ts'
import { hashOf, sameText } from './hash.ts'
import { readSecretText } from './playback-secret.ts'
import { problem } from './problem.ts'

/** @param secret what the edge sends */
export function behindEdge(app: Hono, secret: string): Hono {
  const expected = hashOf(secret)
  const outer = new Hono()
  outer.all('*', c => {
    const given = c.req.header(edgeSecretHeader)
    if (given === undefined || !sameText(hashOf(given), expected)) return problem('not-found')
    return app.fetch(c.req.raw, c.env)
  })
  return outer
}

/** Where the stage has such a secret; else the app as it is. */
export async function behindEdgeByEnv(app: Hono, env: Environment, call: AwsCall): Promise<Hono> {
  const arn = env['EDGE_SECRET_ARN']
  return arn ? behindEdge(app, await readSecretText(call, arn)) : app
}
