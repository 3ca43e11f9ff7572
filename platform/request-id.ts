// The id of a request as the API's own log has it: it leads from there to the video, whose id stands in every later line, of
// tasks and of FFmpeg too.
import type { Context } from 'hono'
import * as z from 'zod/mini'

const Env = z.object({ requestContext: z.object({ requestId: z.string() }) })

/** Undefined where no API is in front, as on a laptop. */
export function requestIdOf({ env }: Context): string | undefined {
  const parsed = Env.safeParse(env)
  return parsed.success ? parsed.data.requestContext.requestId : undefined
}
