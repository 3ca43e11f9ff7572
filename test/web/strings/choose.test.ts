// Which language a person gets, and that no sentence of the portal is missing in one.
import { describe, expect, it } from 'vitest'
import { firstKnown } from '../../../web/src/strings/choose.ts'
import { de } from '../../../web/src/strings/de.ts'
import { en } from '../../../web/src/strings/en.ts'

describe('firstKnown', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['fr', 'DE', 'en-US'], 'de'],
    [['fr', 'en-GB'], 'en'],
    [['fr'], 'en'],
    [[], 'en'],
  ])('%j: %s', (wanted, language) => {
    expect(firstKnown(wanted)).toBe(language)
  })
})

/** Every sentence of a language, by its path; functions by what they make of 3 and 5. */
function sentences(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([name, value]): [string, string][] => {
    const at = `${path}${name}`
    if (typeof value === 'function') return [[at, String(value(3, 5))]]
    return typeof value === 'object' ? sentences(value, `${at}.`) : [[at, value]]
  })
}

it('has a sentence of its own for everything in German', () => {
  const english = new Map(sentences(en))
  // What is the same word, or a number with its unit, in both.
  const same =
    /^(name|direction|preferences\.languages|time\.|library\.hours|errors\.)|\.(title|overall|speedOf|at|failedAnnounce|rate|auto|pause|count|encodeLeft|waiting|tab)/
  const untranslated = sentences(de).filter(
    ([at, text]) => !same.test(at) && english.get(at) === text,
  )
  expect(untranslated).toEqual([])
  for (const [at, text] of sentences(de)) expect(text.trim(), at).not.toBe('')
})
