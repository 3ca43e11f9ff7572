// The walls around FFmpeg hold, nothing in its arguments is read as shell, and the logged line is the command.
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  defaultSandbox,
  niceness,
  pasteable,
  sandboxCommand,
  sandboxEnvironment,
} from '../../transcoder/sandbox.ts'

/** In a session of its own, as FFmpeg runs: it may yield without the test yielding too. */
async function output(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, {
    env: sandboxEnvironment,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return text(child.stdout)
}

const limits = { ...defaultSandbox, cpuSeconds: 7, fileKilobytes: 12 }
async function sandboxed(program: string, args: readonly string[], nice = 0): Promise<string> {
  const run = sandboxCommand(program, args, { limits, nice })
  return output(run.command, run.args)
}

/** Words that shells trip over. */
const awkward = [
  ...['', ' ', 'a b', "it's", "'", "''", '"', String.raw`\ `, '\\', '$HOME', '$(id)', '`id`'],
  ...['; rm -rf .', '*', '~', '#x', '!', '&', '|', '\n', '\t', '-n', '--', '=x', 'ä', '日本', '%s'],
  '[0:v]scale=w=640:h=-2,split=2[a][b]',
  'http://127.0.0.1:4000/source?a=b&c=d',
]
const words = [
  ...awkward,
  ...fc.sample(fc.string({ unit: fc.constantFrom(...' \'"\\$`;&|*?~#!()<>{}[]\n\tab') }), 100),
]
const printEach = (of: readonly string[]) => [String.raw`%s\0`, ...of]

describe('the sandboxed command', () => {
  it('gets its arguments as they are, and reads none of them as shell', async () => {
    const got = await sandboxed('printf', printEach(words))
    expect(got.split('\0').slice(0, -1)).toEqual(words)
  })

  it('is a shell with a constant text: program and arguments stand beside it', () => {
    const options = { limits: defaultSandbox, nice: niceness.bulk }
    const one = sandboxCommand('ffmpeg', ['-i', '$(id)'], options)
    const other = sandboxCommand('/opt/it is/ffmpeg', [], options)
    expect(one.args.slice(2)).toEqual(['ffmpeg', '-i', '$(id)'])
    expect(other.args.slice(0, 2)).toEqual(one.args.slice(0, 2))
  })

  it('has its limits of time and files, and leaves no core behind', async () => {
    const report = 'ulimit -t; ulimit -f; ulimit -c'
    // Blocks of 512 bytes.
    expect(await sandboxed('sh', ['-c', report])).toBe('7\n24\n0\n')
  })

  it.runIf(process.platform === 'linux')('has its limit of memory', async () => {
    const kilobytes = `${limits.memoryKilobytes}\n`
    expect(await sandboxed('sh', ['-c', 'ulimit -v'])).toBe(kilobytes)
  })

  it('is given no environment but what it needs', () => {
    expect(Object.keys(sandboxEnvironment).sort()).toEqual(['LC_ALL', 'PATH'])
  })

  it('yields as it is told', async () => {
    const base = Number(await sandboxed('nice', []))
    for (const nice of [niceness.first, niceness.lead(1), niceness.bulk]) {
      expect(Number(await sandboxed('nice', [], nice))).toBe(Math.min(19, base + nice))
    }
  })
})

describe('niceness', () => {
  it.each([
    [0, 0],
    [1, 3],
    [2, 6],
    [3, 8],
    [4, 8],
    [100, 8],
  ])('of lead %i is %i: less than that of the ladder', (chunk, nice) => {
    expect(niceness.lead(chunk)).toBe(nice)
    expect(niceness.lead(chunk)).toBeLessThan(niceness.bulk)
  })
})

describe('the line for the log', () => {
  it('is what one would type', () => {
    expect(pasteable('ffmpeg', ['-i', 'a.mp4', '-vf', 'scale=w=2:h=-2', 'it is.mp4'])).toBe(
      "ffmpeg -i a.mp4 -vf scale=w=2:h=-2 'it is.mp4'",
    )
    expect(pasteable('ffmpeg', ["it's", ''])).toBe(String.raw`ffmpeg 'it'\''s' ''`)
  })

  it('gives a shell the same words again', async () => {
    const line = pasteable('printf', printEach(words))
    expect((await output('/bin/sh', ['-c', line])).split('\0').slice(0, -1)).toEqual(words)
  })
})
