// `npm run way-back -- <stage> <address>`: the way back into an account of a deployed stage that nobody can let in any more, such as that
// of its only admin. Takes the second factor away and prints a link to a new password, good once, for a day. Written down in the audit.
import { parseArgs } from 'node:util'
import { toEmail } from '#domain/account.ts'
import { passwordLink } from '#domain/join-link.ts'
import { createAccounts } from '#platform/accounts.ts'
import { createAwsCall } from '#platform/aws-call.ts'
import { createQueueClient, createTableClient } from '#platform/clients.ts'
import { readServices, type ServiceSettings } from '#platform/env.ts'
import { createTable } from '#platform/table.ts'
import { openWayBack } from '#platform/way-back.ts'
import { readDeployed } from './doctor/deployed.ts'

const help = `npm run way-back -- <stage> <e-mail address>
  Writes to the table of the stage with the credentials and the region (AWS_REGION) that the AWS tools use.
  AWS_ENDPOINT_URL: an emulator in the place of AWS.
`

/** @returns the link. @throws RangeError whose message is for the operator */
export async function openOn(
  stage: string,
  address: string,
  services: ServiceSettings,
): Promise<string> {
  const { config } = createQueueClient(services)
  const call = createAwsCall({ services, credentials: config.credentials })
  const deployed = await readDeployed(call, stage)
  const table = createTable({ client: createTableClient(services), tableName: deployed.table })
  const accounts = createAccounts({ table })
  const code = await openWayBack({ table, accounts }, toEmail(address) ?? '', Date.now() / 1000)
  if (!code) throw new RangeError('Nobody has an account there with this address.')
  return passwordLink(new URL(deployed.address).origin, code)
}

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} })
  const [stage, address] = positionals
  if (!stage || !address || positionals.length > 2) {
    process.stdout.write(help)
    return positionals.length > 0 ? 1 : 0
  }
  const link = await openOn(stage, address, readServices(process.env))
  process.stdout.write(`${link}\nOpened once, within a day, it sets a new password.\n`)
  return 0
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
