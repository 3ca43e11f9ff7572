// One MiniStack for a whole test run, signatures enforced; tests get its address by inject('ministack') and keep apart by
// buckets, tables and queues of their own.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type MiniStack, startMiniStack } from '../../local/ministack.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** `http://127.0.0.1:<port>`; the key pair is test, test. */
    ministack: string
  }
}

export const python = join(import.meta.dirname, '..', '..', '.millrace', 'venv', 'bin', 'python')

let running: MiniStack | undefined

export async function setup(project: TestProject): Promise<void> {
  if (!existsSync(python))
    throw new Error('Run `node tools/setup.mjs` first: there is no MiniStack.')
  running ??= await startMiniStack({ python, port: 0, auth: true })
  project.provide('ministack', running.endpoint)
}

export async function teardown(): Promise<void> {
  await running?.stop()
  running = undefined
}
