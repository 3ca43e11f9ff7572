// The keeper of the gate's keys on Lambda: called by CloudFormation at a deployment, by the library at a deletion, and by an
// operator to rotate.
import '@aws-sdk/signature-v4a'
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore'
import { callJson, createAwsCall } from '#platform/aws-call.ts'
import { createQueueClient } from '#platform/clients.ts'
import { handleResource } from '#platform/custom-resource.ts'
import { readServices, requireEnv } from '#platform/env.ts'
import { createLambdaLog, systemSeconds } from '#platform/lambda.ts'
import { readStoredSecret } from '#platform/playback-secret.ts'
import { obey, readOrder, sync } from './gate-keys.ts'
import { createInvalidate } from './invalidate.ts'
import { createKeyStore } from './key-store.ts'

const env = requireEnv(process.env, 'PLAYBACK_SECRET_ARN', 'DISTRIBUTION_ID')
const arn = process.env['KEY_STORE_ARN']
const services = readServices(process.env)
const { credentials } = createQueueClient(services).config
const call = createAwsCall({ services, credentials })
const log = createLambdaLog('gate-keys', process.env['LOG_LEVEL'])
const { region } = services
const SecretId = env.PLAYBACK_SECRET_ARN

const deps = {
  keys: arn ? createKeyStore({ client: new CloudFrontKeyValueStoreClient({ region }), arn }) : null,
  secret: {
    read: () => readStoredSecret(call, SecretId),
    async write(secret: object) {
      const SecretString = JSON.stringify(secret)
      const request = { service: 'secretsmanager', target: 'secretsmanager.PutSecretValue' }
      await callJson(call, request, { SecretId, SecretString })
    },
  },
  invalidate: createInvalidate({ call, distributionId: env.DISTRIBUTION_ID, now: systemSeconds }),
  now: systemSeconds,
  log,
}

const handleDeployment = handleResource(async type => {
  if (type !== 'Delete') await sync(deps)
}, log)

export const handler = (event: Record<string, unknown>) =>
  'RequestType' in event ? handleDeployment(event) : obey(deps, readOrder(event))
