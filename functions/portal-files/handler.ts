// The portal's files as a resource of CloudFormation. They lie beside this function's code.
import { join } from 'node:path'
import { createStoreClient } from '#platform/clients.ts'
import { handleResource } from '#platform/custom-resource.ts'
import { readServices, requireEnv } from '#platform/env.ts'
import { createLambdaLog } from '#platform/lambda.ts'
import { createStore } from '#platform/store.ts'
import { putPortal } from './portal-files.ts'

const env = requireEnv(process.env, 'PORTAL_BUCKET')
const client = createStoreClient(readServices(process.env))
const store = createStore({ client, bucket: env.PORTAL_BUCKET })
const log = createLambdaLog('portal-files', process.env['LOG_LEVEL'])

export const handler = handleResource(async type => {
  if (type === 'Delete') await store.removePrefix('')
  else
    log.info('portal put', { files: await putPortal(store, join(import.meta.dirname, 'portal')) })
}, log)
