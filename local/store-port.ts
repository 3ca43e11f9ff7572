// The emulator's port: chosen once and kept beside its state, because addresses that were given out name it.
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { MillraceError } from '#domain/errors.ts'

/** A run that was killed leaves an emulator that is still writing its state. */
const patienceMilliseconds = 6_000

/**
 * The port kept in the folder, or 0 when there is none or another program has it by now.
 * @throws MillraceError `configuration-wrong` when another run uses the same state.
 */
export async function chooseStorePort(
  folder: string,
  patience = patienceMilliseconds,
): Promise<number> {
  const port = Number(await readFile(join(folder, 'store-port'), 'utf8').catch(() => '0'))
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return 0
  const deadline = performance.now() + patience
  while (!(await isFree(port))) {
    if (!(await isEmulator(port))) return 0
    if (performance.now() > deadline) {
      throw new MillraceError('configuration-wrong', {
        message: `Millrace is already running with the state in ${folder}. Stop it first, or set MILLRACE_STATE to another folder.`,
      })
    }
    await wait(200)
  }
  return port
}

export async function keepStorePort(folder: string, endpoint: string): Promise<void> {
  await writeFile(join(folder, 'store-port'), new URL(endpoint).port)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

async function isEmulator(port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(1000)
    const answer = await fetch(`http://127.0.0.1:${port}/_ministack/ready`, { signal })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}
