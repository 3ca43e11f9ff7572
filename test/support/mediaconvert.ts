// A stand-in for MediaConvert's API: takes jobs that the service's published schema takes, tells what became of them, forgets
// request tokens after a minute. Makes nothing: tests write a job's output and end it.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert'
import { findingsOf, loadServiceModel } from './service-model.ts'

/** As the API answers it. */
export interface StandInJob {
  id: string
  status: 'SUBMITTED' | 'PROGRESSING' | 'COMPLETE' | 'CANCELED' | 'ERROR'
  settings: Record<string, unknown>
  userMetadata: Record<string, string>
  errorCode?: number
  errorMessage?: string
}

interface Answer {
  status: number
  body: unknown
  /** As the service names the kind of a fault. */
  error?: string
}

const tokenSeconds = 60

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const piece of request) text += piece
  return text ? JSON.parse(text) : {}
}

export type MediaConvertStandIn = Awaited<ReturnType<typeof startMediaConvert>>

export async function startMediaConvert() {
  const model = loadServiceModel('mediaconvert')
  const jobs = new Map<string, StandInJob>()
  const tokens = new Map<string, { id: string; at: number }>()
  const clock = { seconds: 0 }
  /** The answer to the next calls, in place of the right one. */
  const faults: Answer[] = []

  function create(body: Record<string, unknown>): Answer {
    const findings = findingsOf(model, 'CreateJobRequest', body, { wire: true })
    if (findings.length > 0) {
      return { status: 400, error: 'BadRequestException', body: { message: findings.join('; ') } }
    }
    const token = String(body['clientRequestToken'])
    const before = tokens.get(token)
    const id =
      before && clock.seconds - before.at < tokenSeconds ? before.id : `job-${jobs.size + 1}`
    if (!jobs.has(id)) {
      tokens.set(token, { id, at: clock.seconds })
      const { settings, userMetadata } = body as Pick<StandInJob, 'settings' | 'userMetadata'>
      jobs.set(id, { id, status: 'SUBMITTED', settings, userMetadata })
    }
    return { status: 201, body: { job: jobs.get(id) } }
  }

  function answer(method: string | undefined, id: string, body: Record<string, unknown>): Answer {
    const fault = faults.shift()
    if (fault) return fault
    if (method === 'POST' && id === '') return create(body)
    const job = jobs.get(id)
    if (!job) return { status: 404, error: 'NotFoundException', body: { message: `no job ${id}` } }
    if (method === 'GET') return { status: 200, body: { job } }
    if (job.status !== 'SUBMITTED' && job.status !== 'PROGRESSING') {
      return { status: 409, error: 'ConflictException', body: { message: `${id} has ended` } }
    }
    job.status = 'CANCELED'
    return { status: 202, body: {} }
  }

  const server = createServer(async (request, response) => {
    const id = /^\/2017-08-29\/jobs\/?([^/]*)$/.exec(request.url ?? '')?.[1]
    const { status, body, error } =
      id === undefined
        ? { status: 404, body: {}, error: undefined }
        : answer(request.method, id, await bodyOf(request))
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(error ? { 'x-amzn-errortype': error } : {}),
    })
    response.end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0

  return {
    client: new MediaConvertClient({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    }),
    jobs,
    clock,
    faults,
    close: () => void server.close(),
  }
}
