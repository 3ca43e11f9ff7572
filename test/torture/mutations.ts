// Damaged inputs through the worker's own code: each must end within its time in something shown or in a code of the closed list.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clockRecipes } from './clock-recipes.ts'
import { containerRecipes } from './container-recipes.ts'
import { beeps, bt709, type Film, makeMaster } from './counted-film.ts'
import { mutate } from './mutate.ts'
import { pictureRecipes } from './picture-recipes.ts'
import { createKit, type Kit } from './recipe.ts'
import { createRuns } from './run-input.ts'
import { soundRecipes } from './sound-recipes.ts'

const recipes = { ...pictureRecipes, ...clockRecipes, ...soundRecipes, ...containerRecipes }
const names = [
  ...['plain.mp4', 'index-in-front.mp4', 'fragmented.mp4', 'quicktime.mov', 'plain.mkv'],
  ...['live.mkv', 'vp8.webm', 'plain.ts', 'blu-ray.m2ts', 'mpeg4.avi', 'plain.flv', 'mpeg2.mpg'],
  ...[
    'theora.ogv',
    'windows.wmv',
    'two-languages.mkv',
    'subtitles.mp4',
    'edit-list-inside-a-gop.mp4',
  ],
]

export interface Mutated {
  name: string
  seconds: number
  /** `shown`, a code, or what must not be: `stuck`, `thrown: …`. */
  ending: string
  /** Of a refusal: what stands in the log. */
  detail: string
  /** Poster and storyboard were made. */
  pictured: boolean
}

/** The recipes' films, smaller and shorter: many of them are to be run. */
function smallKit(kit: Kit): Kit {
  const small = (film: Film = {}): Film => ({
    ...film,
    frames: 40,
    look: ['scale=160:90', ...(film.look ?? bt709)],
    sounds: film.sounds?.map(() => beeps({ seconds: 1.6 })) ?? [beeps({ seconds: 1.6 })],
  })
  return { ...kit, film: (film, path) => kit.film(small(film), path) }
}

async function makeFiles(folder: string): Promise<Map<string, Buffer>> {
  const master = await makeMaster(folder)
  const files = new Map<string, Buffer>()
  for (const name of names) {
    const kit = smallKit(createKit(folder, master, name))
    await recipes[name]?.(kit)
    files.set(name, await readFile(kit.path))
  }
  return files
}

/** More than any step of a small file may take by its own time limit. */
const stuckSeconds = 100
const atOnce = 2

/** @param folder of the caller's own; a file whose ending must not be stays there. */
export async function runMutations(options: {
  folder: string
  files: number
  seed: number
}): Promise<Mutated[]> {
  const { folder, files, seed } = options
  const sources = await makeFiles(folder)
  const runs = await createRuns(folder)
  const work = join(folder, 'mutated')
  await mkdir(work)
  const ended: Mutated[] = []
  let next = 0
  const worker = async () => {
    while (next < files) {
      const { name, bytes } = mutate(sources, seed, next++)
      const path = join(work, name)
      await writeFile(path, bytes)
      const began = performance.now()
      const end = await endingOf(runs.run(path, 'lowest'))
      ended.push({ name, ...end, seconds: (performance.now() - began) / 1000 })
      if (!isWrong(end.ending)) await rm(path)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, worker))
  } finally {
    runs.close()
  }
  return ended
}

export const isWrong = (ending: string): boolean => /^(stuck|thrown)/.test(ending)

type Ending = Omit<Mutated, 'name' | 'seconds'>

const none = { detail: '', pictured: false }

async function endingOf(
  run: ReturnType<Awaited<ReturnType<typeof createRuns>>['run']>,
): Promise<Ending> {
  let timer: NodeJS.Timeout | undefined
  const stuck = new Promise<Ending>(resolve => {
    timer = setTimeout(resolve, stuckSeconds * 1000, { ...none, ending: 'stuck' })
  })
  const ending = run.then(
    outcome =>
      outcome.kind === 'shown'
        ? { ...none, ending: 'shown', pictured: typeof outcome.shown.poster === 'number' }
        : { ...none, ending: outcome.code, detail: outcome.detail },
    (thrown: unknown) => ({ ...none, ending: `thrown: ${thrown}` }),
  )
  return Promise.race([ending, stuck]).finally(() => clearTimeout(timer))
}
