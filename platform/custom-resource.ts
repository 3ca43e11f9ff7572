// A function as a resource of CloudFormation: every request is answered, a failed one with what went wrong. CloudFormation waits
// an hour for an answer that does not come.
import * as z from 'zod/mini'
import type { Log } from './log.ts'

export const ResourceRequest = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.string(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
})
export type ResourceRequest = z.infer<typeof ResourceRequest>

export function handleResource(
  work: (type: ResourceRequest['RequestType']) => Promise<unknown>,
  log: Log,
) {
  return async (event: unknown): Promise<void> => {
    const request = ResourceRequest.parse(event)
    let failure: string | null = null
    try {
      await work(request.RequestType)
    } catch (thrown) {
      failure = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
      log.error('a resource failed', { resource: request.LogicalResourceId, error: failure })
    }
    await answer(request, failure)
  }
}

async function answer(request: ResourceRequest, failure: string | null): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId, ResponseURL } = request
  const body = JSON.stringify({
    Status: failure === null ? 'SUCCESS' : 'FAILED',
    ...(failure === null ? {} : { Reason: failure.slice(0, 1000) }),
    // Always the same: another one would make CloudFormation delete the old resource after an update.
    PhysicalResourceId: PhysicalResourceId ?? LogicalResourceId,
    StackId,
    RequestId,
    LogicalResourceId,
  })
  // The address is signed for a body without a type.
  const response = await fetch(ResponseURL, {
    method: 'PUT',
    body,
    headers: { 'content-type': '' },
  })
  if (!response.ok) throw new Error(`CloudFormation took no answer: ${response.status}`)
}
