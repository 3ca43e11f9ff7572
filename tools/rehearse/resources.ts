// Every resource of the deployed stacks, by its stack and logical id, as CloudFormation tells them.
import type { AwsCall } from '#platform/aws-call.ts'
import { readResources, type StackResource } from '../doctor/deployed.ts'

export const concerns = ['Storage', 'Pipeline', 'Api', 'Delivery', 'Observability'] as const

export async function askFormation(
  call: AwsCall,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: '2010-05-15', ...parameters })
  return call({
    service: 'cloudformation',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: body.toString(),
  })
}

export interface Resources {
  all: readonly StackResource[]
  /** The physical id of the one resource whose logical id is this path and the CDK's eight digits. */
  find(type: string, path: string): string
}

export async function readAllResources(call: AwsCall): Promise<Resources> {
  const all: StackResource[] = []
  for (const concern of concerns) {
    const StackName = `Millrace-rehearsal-${concern}`
    all.push(...readResources(await askFormation(call, 'DescribeStackResources', { StackName })))
  }
  return {
    all,
    find(type, path) {
      const id = new RegExp(`^${path}[0-9A-F]{8}$`)
      const found = all.find(one => one.type === type && id.test(one.logicalId))
      if (found) return found.physicalId
      throw new Error(`there is no ${type} ${path} among the deployed resources`)
    },
  }
}
