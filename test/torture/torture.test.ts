// Every kind of input there is ends in a right picture with right sound, or in a typed refusal: each against its golden answer.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mediaFolder } from '../support/media.ts'
import { attackRecipes } from './attack-recipes.ts'
import { clockRecipes } from './clock-recipes.ts'
import { containerRecipes } from './container-recipes.ts'
import { copiedRecipes } from './copied-recipes.ts'
import { makeMaster } from './counted-film.ts'
import { damageRecipes } from './damage-recipes.ts'
import { describeOutcome, goldenRow, type Row, textOf } from './describe-outcome.ts'
import { golden } from './golden.ts'
import { pictureRecipes, shapeRecipes } from './picture-recipes.ts'
import { createKit } from './recipe.ts'
import { createRuns, type Wanted } from './run-input.ts'
import { soundRecipes } from './sound-recipes.ts'

const recipes = {
  ...pictureRecipes,
  ...copiedRecipes,
  ...clockRecipes,
  ...soundRecipes,
  ...containerRecipes,
  ...damageRecipes,
  ...attackRecipes,
}
/** One input or a few while something is mended: `TORTURE=wide-pixels.mp4`. */
const only = process.env['TORTURE']?.split(',')
const names = Object.keys(recipes).filter(name => only?.includes(name) ?? true)
const wantedOf = (name: string): Wanted => {
  if (name in copiedRecipes) return 'copied'
  // What all others are about shows in the lowest rung.
  return name in shapeRecipes ? 'all' : 'lowest'
}
/** The keyframes of all others are the plain film's, and so would be their poster and storyboard. */
const pictured = new Set(Object.keys({ ...pictureRecipes, ...containerRecipes }))
/** As many as CI has cores. */
const atOnce = 2

const folder = mediaFolder()
const rows: Record<
  string,
  { expected: Row; got: Row; seconds: number; poster: number | string | null }
> = {}

async function runAll(): Promise<void> {
  const master = await makeMaster(folder.path)
  const runs = await createRuns(folder.path)
  const left = [...names]
  const worker = async () => {
    for (let name = left.shift(); name; name = left.shift()) {
      const began = performance.now()
      const kit = createKit(folder.path, master, name)
      const answer = golden[name] ?? {}
      const expected = goldenRow(answer)
      const outcome = await recipes[name]?.(kit)
        .then(() => runs.run(kit.path, wantedOf(name), pictured.has(name)))
        .catch(
          (thrown: unknown) =>
            ({ kind: 'refused', code: 'thrown', detail: String(thrown) }) as const,
        )
      if (!outcome) continue
      const got = describeOutcome(outcome, expected, countedRate(answer.counted, expected))
      const poster = outcome.kind === 'shown' ? outcome.shown.poster : null
      rows[name] = { expected, got, seconds: (performance.now() - began) / 1000, poster }
      if (only && outcome.kind === 'refused') console.log(name, outcome.detail)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  runs.close()
}

function countedRate(counted: number | undefined, expected: Row): number {
  if (counted !== undefined || 'refused' in expected) return counted ?? 25
  const [num = 25, den = 1] = expected.rate.split('/').map(Number)
  return num / den
}

beforeAll(runAll, 600_000)
afterAll(async () => {
  console.log(table())
  await folder.remove()
})

/** Input, seconds it took, what was expected; and what came where that is something else. */
function table(): string {
  const widest = Math.max(...names.map(name => name.length))
  return Object.entries(rows)
    .map(([name, { expected, got, seconds }]) => {
      const line = `${name.padEnd(widest)} ${seconds.toFixed(1).padStart(5)} s  ${textOf(expected)}`
      const other = textOf(got) === textOf(expected) ? [] : [`  got ${textOf(got)}`]
      const known = golden[name]?.known
      return [line, ...other, ...(known ? [`  known: ${known}`] : [])].join('\n')
    })
    .join('\n')
}

describe('the torture table', () => {
  it('has a golden answer for every input', () => {
    expect(Object.keys(golden).sort()).toEqual(Object.keys(recipes).sort())
  })

  it.each(names)('%s', name => {
    expect(rows[name]?.got).toEqual(rows[name]?.expected)
    const { poster } = rows[name] ?? {}
    // One of its pictures, whichever: the first keyframe that shows something.
    if (poster !== null && poster !== 'drawn')
      expect(poster).toEqual(golden[name]?.poster ?? expect.any(Number))
    expect(poster).not.toBe(-1)
  })
})
