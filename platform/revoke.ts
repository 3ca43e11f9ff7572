// Ends a video's links through the keeper of the gate's keys: it alone may write them. Where there is none, the sweep ends
// playback by deleting the objects.
import type { AwsCall } from './aws-call.ts'
import type { Environment } from './env.ts'

/**
 * @param epoch links of lower ones end; without it, all do
 */
export type Revoke = (videoId: string, epoch?: number) => void | Promise<void>

/** All links of some videos, a dozen or so, at one go: of somebody whose account ends. */
export type RevokeAll = (videoIds: readonly string[]) => void | Promise<void>

export function createRevoke(call: AwsCall, env: Environment): Revoke {
  const order = createOrder(call, env)
  return (videoId, epoch) =>
    order({ kind: 'revoke', videoId, ...(epoch === undefined ? {} : { epoch }) })
}

export function createRevokeAll(call: AwsCall, env: Environment): RevokeAll {
  const order = createOrder(call, env)
  return videoIds => order({ kind: 'revoke-all', videoIds })
}

function createOrder(call: AwsCall, env: Environment): (order: object) => Promise<void> {
  const name = env['GATE_KEYS_FUNCTION']
  return async order => {
    if (!name) return
    await call({
      service: 'lambda',
      path: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
      // The caller is answered once the gate is told.
      headers: { 'x-amz-invocation-type': 'RequestResponse', 'content-type': 'application/json' },
      body: JSON.stringify(order),
    })
  }
}
