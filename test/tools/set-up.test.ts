// Set-up's own parts: one at a time in a checkout, and a lockfile that every platform can install from.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../support/sources.ts'

const node = process.execPath
const inCheckout = (code: string, ...args: string[]) =>
  promisify(execFile)(node, ['--input-type=module', '--eval', code, ...args], { cwd: root })

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'set-up-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const hold = `
  import { holdLock } from './tools/setup/lock.mjs'
  const release = holdLock(process.argv[1])
  console.log('held')`

test('two set-ups of a checkout run one after the other', async () => {
  const lock = join(folder(), 'lock')
  const first = spawn(
    node,
    [
      '--input-type=module',
      '--eval',
      `${hold}; process.stdin.on('end', () => { release(); process.exit() }).resume()`,
      lock,
    ],
    { cwd: root },
  )
  await once(first.stdout, 'data')
  const second = inCheckout(`${hold}; release()`, lock)
  const early = await Promise.race([
    second.then(() => 'done'),
    new Promise(resolve => setTimeout(resolve, 600, 'waits')),
  ])
  expect(early).toBe('waits')
  first.stdin.end()
  expect((await second).stdout).toContain('held')
  expect(existsSync(lock)).toBe(false)
})

test('a lock whose holder died is taken over', async () => {
  const lock = join(folder(), 'lock')
  const dead = spawn(node, ['--version'])
  await once(dead, 'exit')
  writeFileSync(lock, String(dead.pid))
  const { stdout } = await inCheckout(`${hold}; release()`, lock)
  expect(stdout).toBe('held\n')
})

test('the lockfile answers for every platform', async () => {
  const { stdout } = await inCheckout(`
    import { readFileSync } from 'node:fs'
    import { completeLockfile } from './tools/complete-lockfile.mjs'
    console.log(completeLockfile(JSON.parse(readFileSync('package-lock.json', 'utf8'))).join())`)
  expect(stdout.trim()).toBe('')
})

test('an entry is added for a platform that the registry left out', async () => {
  const lock = {
    packages: {
      '': { devDependencies: { tool: '1.2.3' } },
      'node_modules/tool': {
        version: '1.2.3',
        dev: true,
        optionalDependencies: { 'tool-linux-x64': '1.2.3', '@tool/cli-linux-arm64-musl': '1.2.3' },
      },
      'node_modules/tool-linux-x64': { version: '1.2.3', dev: true, optional: true },
    },
  }
  const { stdout } = await inCheckout(
    `import { completeLockfile } from './tools/complete-lockfile.mjs'
    const lock = JSON.parse(process.argv[1])
    const added = completeLockfile(lock)
    console.log(JSON.stringify({ added, entry: lock.packages['node_modules/@tool/cli-linux-arm64-musl'] }))`,
    JSON.stringify(lock),
  )
  expect(JSON.parse(stdout)).toEqual({
    added: ['@tool/cli-linux-arm64-musl'],
    entry: {
      version: '1.2.3',
      dev: true,
      optional: true,
      os: ['linux'],
      cpu: ['arm64'],
      libc: ['musl'],
    },
  })
})

test('every package is pinned to one exact version', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([])
})
