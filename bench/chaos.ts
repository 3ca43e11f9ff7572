// The same film again and again through workers that are killed, over a store and a table that fail now and then: whether the
// result is the same each time, what was done twice, what is left over.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { startMiniStack } from '../local/ministack.ts'
import { calmRun, chaosRun } from '../test/support/chaos.ts'
import { makeSource } from '../test/support/media.ts'
import { python } from '../test/support/ministack.ts'
import { createPipeline } from '../test/support/pipeline.ts'
import { film } from '../test/support/reading.ts'
import { type Cell, table } from './figures.ts'

const head = ['seed', 'kills', 'calls', 'refused', 'lost', 'slow', 'again', 'same', 'left', 's']

export async function benchChaos(options: {
  runs: number
  seconds: number
  seed: number
}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-chaos-'))
  const ministack = await startMiniStack({ python, port: 0, auth: true })
  const rows: Cell[][] = []
  let wrong = 0
  try {
    const source = await makeSource(
      join(folder, 'film.mp4'),
      film('12', options.seconds, '640x360'),
    )
    const pipeline = await createPipeline(ministack.endpoint)
    const calm = await calmRun(pipeline, source)
    for (let turn = 0; turn < options.runs; turn++) {
      const seed = options.seed + turn
      const run = await chaosRun(pipeline, source, { seed, kills: 4, share: 0.05 })
      const { refused = 0, lost = 0, slow = 0 } = run.faults
      const isSame = isDeepStrictEqual(run.hashes, calm)
      if (!isSame || run.orphans.length > 0 || run.redone > run.mayRedo) wrong += 1
      rows.push([
        ...[seed, run.kills, run.calls, refused, lost, slow, `${run.redone} of ${run.mayRedo}`],
        ...[isSame ? 'yes' : 'NO', run.orphans.length, run.seconds],
      ])
      process.stderr.write(`${rows.at(-1)?.join(' ')}\n`)
    }
  } finally {
    process.stdout.write(`${wrong} of ${rows.length} runs are wrong\n${table(head, rows)}\n`)
    await ministack.stop()
    await rm(folder, { recursive: true, force: true })
  }
  if (wrong > 0) process.exitCode = 1
}
