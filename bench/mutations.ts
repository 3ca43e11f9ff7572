// What becomes of files that chance has damaged: how many end in which way, how long the slowest took, the memory it cost. The
// files that end in no way a file may end in are kept.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isWrong, runMutations } from '../test/torture/mutations.ts'
import { median, table } from './figures.ts'

export async function benchMutations(options: { files: number; seed: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-mutations-'))
  const ended = await runMutations({ ...options, folder })
  const wrong = ended.filter(({ ending }) => isWrong(ending))
  const endings = Map.groupBy(ended, ({ ending }) => (isWrong(ending) ? 'wrong' : ending))
  const rows = [...endings]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([ending, all]) => {
      const seconds = all.map(one => one.seconds)
      return [ending, all.length, median(seconds), Math.max(...seconds)]
    })
  // Node's figure is in KiB.
  const megabytes = process.resourceUsage().maxRSS / 1024
  process.stdout.write(
    `${options.files} damaged files, seed ${options.seed}; the worker's memory at most ${Math.round(megabytes)} MiB\n${table(['ending', 'files', 'median s', 'slowest s'], rows)}\n`,
  )
  for (const { name, ending } of wrong) process.stdout.write(`${name}: ${ending}\n`)
  if (wrong.length === 0) await rm(folder, { recursive: true, force: true })
  else {
    process.stdout.write(`kept in ${folder}\n`)
    process.exitCode = 1
  }
}
