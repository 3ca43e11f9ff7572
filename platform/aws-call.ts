// One signed call of an AWS service that a room asks too rarely for a client of its own: each client adds a hundred kilobytes to
// what a function loads when it starts.
import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AwsCredentialIdentityProvider } from '@smithy/types'
import type { ServiceSettings } from './env.ts'

export interface AwsRequest {
  /** As its signature names it: `ecs`, `lambda`, `secretsmanager`, `cloudfront`. */
  service: string
  path?: string
  headers: Readonly<Record<string, string>>
  body: string
  signal?: AbortSignal
}

/** The answer's body. @throws Error naming the status, and nothing of the request */
export type AwsCall = (request: AwsRequest) => Promise<string>

/** Services without regions, with the region that their signature names. */
const globalServices: Readonly<Record<string, string>> = { cloudfront: 'us-east-1' }

const usualTimeoutMilliseconds = 5000

export function createAwsCall(deps: {
  services: ServiceSettings
  credentials: AwsCredentialIdentityProvider
}): AwsCall {
  const { services, credentials } = deps
  return async ({ service, path = '/', headers, body, signal }) => {
    const global = globalServices[service]
    const region = global ?? services.region
    const host = `${service}.${global ? '' : `${region}.`}amazonaws.com`
    const url = new URL(path, services.endpoint ?? `https://${host}`)
    const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 })
    const signed = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port ? { port: Number(url.port) } : {}),
      path: url.pathname,
      query: {},
      headers: { host: url.host, ...headers },
      body,
    })
    const answer = await fetch(url, {
      method: 'POST',
      headers: signed.headers,
      body,
      signal: signal ?? AbortSignal.timeout(usualTimeoutMilliseconds),
    })
    const text = await answer.text()
    // Lambda answers 200 for a function that failed.
    const failed = !answer.ok || answer.headers.has('x-amz-function-error')
    if (failed) throw new Error(`${service} answered ${answer.status}: ${text.slice(0, 300)}`)
    return text
  }
}

/** A call of the services that speak AWS JSON 1.1: `SecretsManager` as `secretsmanager.GetSecretValue`, and so on. */
export async function callJson(
  call: AwsCall,
  request: { service: string; target: string; signal?: AbortSignal },
  input: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { service, target, signal } = request
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }
  const body = JSON.stringify(input)
  const answer = await call({ service, headers, body, ...(signal ? { signal } : {}) })
  return answer ? JSON.parse(answer) : null
}

/** The hash in the form the signer asks for. */
class Sha256 {
  private readonly hash: ReturnType<typeof createHmac> | ReturnType<typeof createHash>

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret))
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(toBytes(data))
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest())
  }

  reset(): void {
    throw new Error('a hash is used once')
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
