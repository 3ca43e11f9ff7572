// Runs a CloudFront Function's source on this machine, with only what CloudFront gives it, and turns requests and responses
// into its events and back. Not a sandbox: the sources are our own.
import { createHash, createHmac } from 'node:crypto'
import querystring from 'node:querystring'
import { createContext, Script } from 'node:vm'

interface EventValue {
  value: string
  multiValue?: { value: string }[]
}

export interface FunctionRequest {
  method: string
  uri: string
  querystring: Record<string, EventValue>
  headers: Record<string, EventValue>
  cookies: Record<string, EventValue>
}

export interface FunctionResponse {
  statusCode: number
  statusDescription?: string
  headers?: Record<string, EventValue>
  body?: string | { encoding: 'text' | 'base64'; data: string }
}

/** What a viewer-request function answers: the request to go on with, or the response to give at once. */
export type FunctionAnswer = FunctionRequest | FunctionResponse

/** @param ip of the viewer */
export type EdgeFunction = (request: FunctionRequest, ip?: string) => Promise<FunctionAnswer>

export const isFunctionResponse = (answer: FunctionAnswer): answer is FunctionResponse =>
  'statusCode' in answer

const modules: Readonly<Record<string, unknown>> = {
  crypto: { createHash, createHmac },
  querystring,
  buffer: { Buffer },
}

function require(name: string): unknown {
  if (!Object.hasOwn(modules, name)) throw new Error(`CloudFront Functions have no module ${name}`)
  return modules[name]
}

/** Compiles a source that defines `handler(event)`. Throws when it does not compile or defines none. */
export function createEdgeFunction(
  source: string,
  name: string,
  now: () => number = Date.now,
): EdgeFunction {
  class EdgeDate extends Date {
    static override now = now
  }
  const context = createContext(
    { require, Buffer, Date: EdgeDate },
    { codeGeneration: { strings: false, wasm: false } },
  )
  const handler: unknown = new Script(`'use strict';${source}\n;handler`, {
    filename: name,
  }).runInContext(context)
  if (typeof handler !== 'function') throw new TypeError(`${name} defines no handler`)
  return async (request, ip = '127.0.0.1') => {
    const answer: unknown = await handler({
      version: '1.0',
      context: { eventType: 'viewer-request' },
      viewer: { ip },
      request,
    })
    return checkAnswer(answer, name)
  }
}

/** CloudFront refuses an answer that is neither form; so does this. */
function checkAnswer(answer: unknown, name: string): FunctionAnswer {
  if (typeof answer === 'object' && answer !== null) {
    if ('statusCode' in answer && Number.isInteger(answer.statusCode)) {
      return answer as FunctionResponse
    }
    if ('uri' in answer && typeof answer.uri === 'string' && answer.uri.startsWith('/')) {
      return answer as FunctionRequest
    }
  }
  throw new TypeError(`${name} answered neither a request nor a response`)
}

function addValue(to: Record<string, EventValue>, name: string, value: string): void {
  const known = to[name]
  if (!known) to[name] = { value }
  else known.multiValue = [...(known.multiValue ?? [{ value: known.value }]), { value }]
}

/** A request as CloudFront shows it: the path as sent (still encoded), names of headers in lower case, cookies apart. */
export function toFunctionRequest(request: Request): FunctionRequest {
  const url = new URL(request.url)
  const event: FunctionRequest = {
    method: request.method,
    uri: url.pathname,
    querystring: Object.create(null),
    headers: Object.create(null),
    cookies: Object.create(null),
  }
  for (const [name, value] of url.searchParams) addValue(event.querystring, name, value)
  for (const [name, value] of request.headers) {
    if (name !== 'cookie') event.headers[name] = { value }
    else {
      for (const pair of value.split(/; */)) {
        const cut = pair.indexOf('=')
        if (cut > 0) addValue(event.cookies, pair.slice(0, cut), pair.slice(cut + 1))
      }
    }
  }
  return event
}

export function fromFunctionResponse(answer: FunctionResponse): Response {
  const headers = new Headers()
  for (const [name, { value }] of Object.entries(answer.headers ?? {})) headers.set(name, value)
  const { body } = answer
  const bytes =
    body === undefined || typeof body === 'string'
      ? (body ?? null)
      : Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8')
  return new Response(bytes, { status: answer.statusCode, headers })
}
