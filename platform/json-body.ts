// What a client sends, checked before a handler sees it: JSON bodies within a size, queries, and ids in paths. A refusal is
// `bad-request` and names the fields that are wrong, never their values.
import type { Context, MiddlewareHandler } from 'hono'
import type * as z from 'zod/mini'
import { MillraceError } from '#domain/errors.ts'
import { isVideoId } from '#domain/video.ts'
import { problem } from './problem.ts'

/** Enough for every call but «complete», which names up to 10,000 parts. */
export const usualBodyBytes = 64 * 1024

type Valid<Target extends string, Value> = {
  in: { [T in Target]: Value }
  out: { [T in Target]: Value }
}

/** The body, or null when it is longer than `maxBytes`: counted while it arrives. */
export async function readBytes(request: Request, maxBytes: number): Promise<Buffer | null> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return null
  if (!request.body) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function refuse(error: z.core.$ZodError): Response {
  const paths = error.issues.flatMap(issue =>
    issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.') || '(body)'],
  )
  const invalid = [...new Set(paths)].slice(0, 20)
  return problem('bad-request', {
    message: `These fields are not as expected: ${invalid.join(', ')}.`,
    members: { invalid },
  })
}

type JsonBody<Schema extends z.ZodMiniType> = MiddlewareHandler<
  object,
  string,
  Valid<'json', z.output<Schema>>
>

function readJson<Schema extends z.ZodMiniType>(
  schema: Schema,
  { maxBytes, ifEmpty }: { maxBytes: number; ifEmpty: string },
): JsonBody<Schema> {
  return async (c, next) => {
    const bytes = await readBytes(c.req.raw, maxBytes)
    if (bytes === null) {
      return problem('bad-request', { status: 413, message: 'The request is too long.' })
    }
    const text = bytes.toString() || ifEmpty
    // A page of another site may send any other type without asking the browser's leave first.
    const isJson = /^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')
    if (!isJson && (bytes.length > 0 || ifEmpty === '')) {
      return problem('bad-request', { status: 415, message: 'Send JSON as application/json.' })
    }
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return problem('bad-request', { message: 'The body is not JSON.' })
    }
    const parsed = schema.safeParse(value)
    if (!parsed.success) return refuse(parsed.error)
    c.req.addValidatedData('json', parsed.data as object)
    return next()
  }
}

/** The handler reads it by `c.req.valid('json')`. */
export const jsonBody = <Schema extends z.ZodMiniType>(
  schema: Schema,
  maxBytes = usualBodyBytes,
): JsonBody<Schema> => readJson(schema, { maxBytes, ifEmpty: '' })

/** The same, where nothing of it is needed: no body is an empty object. */
export const optionalJsonBody = <Schema extends z.ZodMiniType>(schema: Schema): JsonBody<Schema> =>
  readJson(schema, { maxBytes: usualBodyBytes, ifEmpty: '{}' })

/** The handler reads it by `c.req.valid('query')`. A parameter given twice counts once, the first. */
export function query<Schema extends z.ZodMiniType>(
  schema: Schema,
): MiddlewareHandler<object, string, Valid<'query', z.output<Schema>>> {
  return async (c, next) => {
    const parsed = schema.safeParse(c.req.query())
    if (!parsed.success) return refuse(parsed.error)
    c.req.addValidatedData('query', parsed.data as object)
    return next()
  }
}

/** @throws MillraceError `video-not-found` for anything that cannot be an id. */
export function videoIdOf(c: Context): string {
  const videoId = c.req.param('videoId')
  if (!isVideoId(videoId)) throw new MillraceError('video-not-found')
  return videoId
}
