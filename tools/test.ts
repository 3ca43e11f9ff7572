// Runs everything that must hold (types, lint, the portal's build, the tests) and ends with one line that sums it up:
// `N passed, N failed`. A step counts as one. Arguments go to Vitest.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Counts } from './test/count-reporter.ts'

const root = join(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules', '.bin', name)

const steps = [
  { name: 'typecheck', command: bin('tsc'), args: ['-b'] },
  { name: 'lint', command: bin('biome'), args: ['check', '--error-on-warnings', '--colors=off'] },
  { name: 'portal', command: process.execPath, args: [join('tools', 'build-portal.ts')] },
]

const total: Counts = { passed: 0, failed: 0, skipped: 0 }

const checks = steps.map(async step => ({
  ...step,
  ...(await runQuietly(step.command, step.args)),
}))
for (const { name, ok, output } of await Promise.all(checks)) {
  console.log(`${ok ? '✓' : '✗'} ${name}`)
  if (!ok) console.log(output)
  add({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 })
}
add(await runVitest(process.argv.slice(2)))

if (total.skipped > 0) console.log(`${total.skipped} skipped`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 ? 1 : 0

function add(counts: Counts): void {
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
}

async function runQuietly(command: string, args: string[]) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', chunk => {
      output += chunk
    })
  }
  const [code] = await once(child, 'close')
  return { ok: code === 0, output }
}

async function runVitest(args: string[]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'))
  const file = join(folder, 'counts.json')
  const reporters = ['--reporter=default', '--reporter=./tools/test/count-reporter.ts']
  try {
    const child = spawn(bin('vitest'), ['run', '--no-color', ...reporters, ...args], {
      cwd: root,
      env: {
        ...process.env,
        // The workers' diffs do not hear of --no-color.
        NO_COLOR: '1',
        TEST_COUNTS_FILE: file,
        // Hundreds of processes load the same modules.
        NODE_COMPILE_CACHE: join(root, '.millrace', 'compiled'),
      },
      stdio: 'inherit',
    })
    const [code] = await once(child, 'close')
    const counts = readCounts(file)
    // A run that fails without a failed test (no counts, no tests, a set-up that throws) is a failure all the same.
    if (code !== 0 && counts.failed === 0) counts.failed = 1
    return counts
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readCounts(file: string): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
