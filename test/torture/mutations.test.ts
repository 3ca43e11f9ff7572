// Files damaged by chance, the same on every run: none is stuck, none ends in an error that has no code. `MUTATIONS=500` for more.
import { afterAll, expect, it } from 'vitest'
import { mediaFolder } from '../support/media.ts'
import { isWrong, runMutations } from './mutations.ts'

const files = Number(process.env['MUTATIONS'] ?? 20)
const seed = Number(process.env['MUTATIONS_SEED'] ?? 1)

const folder = mediaFolder()
afterAll(() => folder.remove())

it('ends every damaged file in a film or in a code', {
  timeout: 30_000 + files * 5000,
}, async () => {
  const ended = await runMutations({ folder: folder.path, files, seed })
  expect(ended).toHaveLength(files)
  expect(ended.filter(({ ending }) => isWrong(ending))).toEqual([])
  // Damage that leaves everything as it was, or nothing at all, would prove little.
  const shown = ended.filter(({ ending }) => ending === 'shown').length
  expect(shown).toBeGreaterThan(0)
  expect(shown).toBeLessThan(files)
})
