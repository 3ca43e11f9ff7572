// A line of the log is one line, whatever a client put into a value.
import { expect, it } from 'vitest'
import { createLog, type LogFormat } from '#platform/log.ts'

const hostile = 'a\r\n{"level":"error","message":"forged"}\u001b[31m\u0000\u0085"\\'

function written(format: LogFormat): string {
  let text = ''
  const write = (line: string) => {
    text += line
  }
  const log = createLog({ source: 'test', level: 'debug', format, write, now: () => new Date(0) })
  log.with({ standing: hostile }).info('refused', { name: hostile })
  return text
}

it('is one object of JSON, whatever a value holds', () => {
  const text = written('json')
  expect(text.trimEnd()).not.toContain('\n')
  expect(JSON.parse(text)).toMatchObject({ message: 'refused', standing: hostile, name: hostile })
})

it('is one line of text without control characters, whatever a value holds', () => {
  const text = written('text')
  expect(text.endsWith('\n')).toBe(true)
  expect(text.slice(0, -1)).not.toMatch(/\p{Cc}/u)
})
