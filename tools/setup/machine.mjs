// What set-up knows of the machine: where the checkout is, what is on the PATH, and how a command is run.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
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
  const why = result.error?.message ?? `ended with ${result.signal ?? result.status}`
  throw refusalOf([command, ...args], why, `${result.stdout ?? ''}${result.stderr ?? ''}`)
}

function refusalOf(words, why, output) {
  const end = output.trim().split('\n').slice(-20)
  return new Refusal([`${words.join(' ')}: ${why}`, ...end].join('\n'))
}

/** The same beside whatever else is done. */
export async function runBeside(command, args) {
  const stdio = ['ignore', 'pipe', 'pipe']
  const child = spawn(command, args, { cwd: root, env: environment(), stdio })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  try {
    const [status, signal] = await once(child, 'close')
    if (status !== 0) throw new Error(`ended with ${signal ?? status}`)
  } catch (error) {
    throw refusalOf([command, ...args], error.message, output)
  }
}

/** The full path of a program on the PATH, or undefined. */
export function onPath(name) {
  return environment()
    .PATH.split(delimiter)
    .map(folder => join(folder, name))
    .find(path => existsSync(path))
}
