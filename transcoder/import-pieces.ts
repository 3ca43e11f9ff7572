// What a website sends, piece by piece, as long as it sends: one that falls silent, drips or breaks off ends in words. Only the time
// counts in which we wait for it, not that in which it waits for us.
import type { IncomingMessage } from 'node:http'
import { MillraceError } from '#domain/errors.ts'
import type { WorkerDeps } from './worker.ts'

const unreachable = (message: string, cause?: unknown) =>
  new MillraceError('import-unreachable', {
    message,
    cause,
    ...(cause === undefined ? {} : { detail: String(cause) }),
  })

/** @throws MillraceError `import-unreachable` */
export async function* piecesOf(
  response: IncomingMessage,
  { importSilenceSeconds, importLeast }: Pick<WorkerDeps, 'importSilenceSeconds' | 'importLeast'>,
): AsyncGenerator<Buffer, void, undefined> {
  const iterator: AsyncIterator<Buffer> = response[Symbol.asyncIterator]()
  const silent = () => response.destroy(unreachable('The website stopped sending.'))
  let waitedMilliseconds = 0
  let bytes = 0
  for (;;) {
    const began = performance.now()
    const timer = setTimeout(silent, importSilenceSeconds * 1000)
    const next = await iterator
      .next()
      .catch(thrown => {
        throw thrown instanceof MillraceError
          ? thrown
          : unreachable('The website broke the file off before its end.', thrown)
      })
      .finally(() => clearTimeout(timer))
    if (next.done) return
    waitedMilliseconds += performance.now() - began
    bytes += next.value.byteLength
    if (waitedMilliseconds >= importLeast.seconds * 1000) {
      if (bytes < importLeast.bytes) throw unreachable('The website sends the file too slowly.')
      waitedMilliseconds = 0
      bytes = 0
    }
    yield next.value
  }
}
