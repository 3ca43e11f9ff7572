// Counts a Vitest run for tools/test.ts: tests passed, failed and skipped; a file that cannot run and an unhandled error
// count as one failure each.
import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

// biome-ignore lint/style/noDefaultExport: Vitest takes a reporter file's default export.
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts: Counts = { passed: 0, failed: unhandled.length, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        counts[state === 'pending' ? 'skipped' : state] += 1
      }
      // Errors of the file itself or of its hooks belong to no test.
      const suites = [module, ...module.children.allSuites()]
      counts.failed += suites.filter(suite => suite.errors().length > 0).length
    }
    const file = process.env['TEST_COUNTS_FILE']
    if (file) writeFileSync(file, JSON.stringify(counts))
  }
}
