// What is known of a file before a byte of it is sent, and what is said when it cannot be read.
import { expect, test } from 'vitest'
import { inspectFile } from '../../../web/src/upload/inspect.ts'
import { fakeFile } from './fakes.ts'

const named = (content: string, name = 'film.mp4') => new File([content], name)

test.each([
  ['a film', named('\0\0\0\x10ftypisom'), null],
  ['nothing', named(''), 'source-empty'],
  ['a text called .mp4', named('Dear all,'), 'source-not-media'],
  ['a playlist called .ts', named('#EXTM3U\n', 'tape.ts'), 'source-is-playlist'],
  ['a sound nobody decodes', named('MThd\0\0\0\x06', 'tune.mp3'), 'unsupported-codec'],
  ['more than the limit', fakeFile(60_000_000_001), 'source-too-large'],
])('%s', async (_, file, code) => {
  expect((await inspectFile(file))?.code ?? null).toBe(code)
})

test('a file above the limit is told both sizes', async () => {
  const problem = await inspectFile(fakeFile(75_000_000_000))
  expect(problem?.message).toBe('The file is 75.0 GB; this installation takes at most 60.0 GB.')
})

test.each([
  ['NotFoundError', 'file-gone'],
  ['NotReadableError', 'file-changed'],
])('a file that gives %s', async (name, code) => {
  const slice = () =>
    Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new DOMException('', name)) })
  expect((await inspectFile(fakeFile(10, { slice })))?.code).toBe(code)
})

test('only its first bytes are read', async () => {
  const asked: number[] = []
  const slice = (start: number, end: number) => {
    asked.push(start, end)
    return new Blob(['\0\0\0\x10ftypisom'])
  }
  await inspectFile(fakeFile(5_000_000_000, { slice }))
  expect(asked).toEqual([0, 64 * 1024])
})
