// Scratch folders for FFmpeg's output: one a task, removed whatever happens. A worker that was killed leaves its folder
// behind; the next start removes those of processes that no longer run.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Scratch {
  /** Runs with a new empty folder that is gone afterwards. */
  use<T>(run: (folder: string) => Promise<T>): Promise<T>
}

const root = () => join(tmpdir(), 'millrace-scratch')

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

export async function createScratch(): Promise<Scratch> {
  await mkdir(root(), { recursive: true })
  for (const name of await readdir(root())) {
    const pid = Number(name.split('-', 1)[0])
    if (Number.isInteger(pid) && pid > 0 && !isRunning(pid)) {
      await rm(join(root(), name), { recursive: true, force: true })
    }
  }
  return {
    async use(run) {
      const folder = await mkdtemp(join(root(), `${process.pid}-`))
      try {
        return await run(folder)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}
