// What the server refuses, in the words of somebody who reads German: by its reason, else by its code, else as it says it itself.
import { expect, it, vi } from 'vitest'

// Words are chosen once a process, which runs other tests, too: these are of a copy of its own.
vi.resetModules()
vi.stubGlobal('navigator', { languages: ['de'] })
const { readProblem, sayFailure } = await import('../../../web/src/api/problem.ts')
vi.unstubAllGlobals()
vi.resetModules()

const said = async (members: object) => {
  const { code, message } = await readProblem(
    Response.json({ detail: 'In English.', ...members }, { status: 422 }),
  )
  return [code, message]
}

it.each([
  [{ reason: 'web-page' }, 'Der Link führt zu einer Webseite, nicht zu einer Videodatei.'],
  [{ reason: 'of a later version' }, 'Der Link kann nicht geholt werden.'],
  [{}, 'Der Link kann nicht geholt werden.'],
])('a link that is refused: %j', async (members, message) => {
  expect(await said({ code: 'import-refused', ...members })).toEqual(['import-refused', message])
})

it('a video whose link was refused', () => {
  const failure = { code: 'import-refused', message: 'In English.' } as const
  expect(sayFailure({ failure: { ...failure, reason: 'packed' } })).toMatch(/^Die Website schickt/)
  expect(sayFailure({ failure })).toBe('Der Link kann nicht geholt werden.')
  expect(sayFailure({ failure: { code: 'check-failed', message: 'In English.' } })).not.toBe('')
})

it('what has no words of its own', async () => {
  expect(await said({ code: 'call-reused' })).toEqual(['call-reused', 'In English.'])
})
