// `npm run doctor -- <stage>`: looks at a deployed stage as its operator and as a viewer, and lists what is right and what is not.
// Ends with 1 when something is wrong. Changes nothing.
import { parseArgs } from 'node:util'
import { createAwsCall } from '#platform/aws-call.ts'
import { createQueueClient, createStoreClient } from '#platform/clients.ts'
import { readServices, type ServiceSettings } from '#platform/env.ts'
import { readDeployed, readService } from './deployed.ts'
import { checkEdge } from './edge-checks.ts'
import { createAskEdge } from './edge-client.ts'
import { type Finding, hasFault, list } from './finding.ts'
import { checkQueues, judgeService } from './queue-checks.ts'
import { checkStorage } from './storage-checks.ts'

const help = `npm run doctor -- <stage>
  Reads the stacks Millrace-<stage>-… with the credentials and the region (AWS_REGION) that the AWS tools use.
  AWS_ENDPOINT_URL: an emulator in the place of AWS.
  MILLRACE_KEY: a key with the scope read (/account in the portal); with it, a ready video of its owner is looked at, too.
`

/** Where presigned part addresses point. */
const storeOriginOf = (bucket: string, { region, endpoint }: ServiceSettings) =>
  endpoint ? new URL(endpoint).origin : `https://${bucket}.s3.${region}.amazonaws.com`

/** One service that refuses to be asked does not keep the others from it. */
async function guarded(check: string, run: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await run()
  } catch (thrown) {
    const says = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
    const fix = 'may these credentials read it?'
    return [{ check, level: 'fault', says: `could not be asked: ${says}`, fix }]
  }
}

export async function examine(
  stage: string,
  services: ServiceSettings,
  key?: string,
): Promise<{ address: string; findings: Finding[] }> {
  const queues = createQueueClient(services)
  const call = createAwsCall({ services, credentials: queues.config.credentials })
  const deployed = await readDeployed(call, stage)
  const origin = new URL(deployed.address).origin
  const emulated = services.endpoint !== undefined
  const store = createStoreClient(services)
  const ask = createAskEdge(deployed.address, services.endpoint)
  const findings = [
    ...(await guarded('storage', () => checkStorage(store, { ...deployed, origin, emulated }))),
    ...(await guarded('queues', () => checkQueues(queues, deployed))),
    judgeService(await readService(call, deployed).catch(() => null)),
    ...(await checkEdge(ask, storeOriginOf(deployed.sourceBucket, services), key)),
  ]
  return { address: deployed.address, findings }
}

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} })
  const [stage] = positionals
  if (!stage || positionals.length > 1) {
    process.stdout.write(help)
    return stage ? 1 : 0
  }
  const { address, findings } = await examine(
    stage,
    readServices(process.env),
    process.env['MILLRACE_KEY'],
  )
  process.stdout.write(`${address}\n\n${list(findings)}\n`)
  return hasFault(findings) ? 1 : 0
}

if (import.meta.main) {
  try {
    process.exitCode = await main()
  } catch (thrown) {
    if (!(thrown instanceof RangeError || thrown instanceof TypeError)) throw thrown
    process.stderr.write(`${thrown.message}\n`)
    process.exitCode = 1
  }
}
