// What set-up knows of the machine: where the checkout is, what is on the PATH, and how a command is run.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const state = join(root, '.millrace')

/** A person has to do something first; the message is the one sentence that says what. */
export class Refusal extends Error {}

export const say = text => console.log(`${text} …`)

/** Commands see the person's own environment: npm's variables and its PATH would steer an inner npm to the outer script. */
export function environment() {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^npm_(lifecycle|package|command)/.test(name),
  )
  const bin = join('node_modules', '.bin')
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(folder => !folder.endsWith(bin))
  return { ...Object.fromEntries(own), PATH: path.join(delimiter) }
}

/** Runs to the end and returns what was printed. A failure is a refusal with the end of its output, or null if it may fail. */
export function run(command, args, { mayFail = false, env = {} } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...environment(), ...env },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.status === 0) return result.stdout
  if (mayFail) return null
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trim().split('\n').slice(-20)
  const why = result.error?.message ?? `ended with ${result.signal ?? result.status}`
  throw new Refusal([`${command} ${args.join(' ')}: ${why}`, ...output].join('\n'))
}

/** The full path of a program on the PATH, or undefined. */
export function onPath(name) {
  return environment()
    .PATH.split(delimiter)
    .map(folder => join(folder, name))
    .find(path => existsSync(path))
}
