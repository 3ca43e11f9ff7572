// The rehearsal as a person runs it: every step of it, against an emulator of its own.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { certificate } from '../../tools/rehearse/certificate.ts'
import { root } from '../support/sources.ts'

const run = promisify(execFile)
const node = join(root, 'node_modules', '.bin', 'node')
const tool = (name: string) => join(root, 'tools', 'rehearse', name)

it('deploys the stacks, sends a clip through them, and leaves nothing but what holds data', async () => {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate }
  await run(node, [tool('certificate.ts')])
  // A failure's message holds what it printed.
  const { stdout } = await run(node, [tool('main.ts')], { cwd: root, env })
  expect(stdout).toMatch(/\n21 steps in /)
}, 240_000)
