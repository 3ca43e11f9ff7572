// Ends a video's links through the keeper of the gate's keys: it alone may write them. Where there is none, the sweep ends
// playback by deleting the objects.
import type { AwsCall } from '#platform/aws-call.ts'
import type { Environment } from '#platform/env.ts'

export function createRevoke(call: AwsCall, env: Environment): (videoId: string) => Promise<void> {
  const name = env['GATE_KEYS_FUNCTION']
  return async videoId => {
    if (!name) return
    await call({
      service: 'lambda',
      path: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
      // The deletion is answered once the gate is told.
      headers: { 'x-amz-invocation-type': 'RequestResponse', 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'revoke', videoId }),
    })
  }
}
