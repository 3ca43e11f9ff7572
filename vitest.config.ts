// How the tests run: quick ones side by side, then those with real FFmpeg three files at a time, then one by one those that
// hold the pipeline to its times.
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const heavy = ['test/{e2e,conformance,torture}/**/*.test.{ts,tsx}', 'test/**/*.real.test.{ts,tsx}']
/** A neighbour on the same cores would count in what they measure. */
const alone = ['test/e2e/portal.test.ts', 'test/conformance/events.test.ts']

/** The longest, in the order they begin: the first keeps both cores busy, and the others mostly wait beside it. */
const long = ['torture/torture', 'opening.real', 'cut-off.real', 'rehearse.real', 'main.real']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = long.findIndex(name => moduleId.includes(name))
      return place < 0 ? long.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    globalSetup: ['test/support/ministack.ts'],
    sequence: { sequencer: LongestFirst },
    // A second, the default, is too little for a browser beside two encoders; who passes does not wait.
    expect: { poll: { timeout: 10_000 } },
    coverage: {
      provider: 'v8',
      include: [
        'domain/**',
        'platform/**',
        'functions/**',
        'transcoder/**',
        'local/**',
        'web/src/**',
      ],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: heavy,
          // Modules are loaded once a worker: they hold nothing, and loading them anew took half of the time.
          isolate: false,
          // Some wait for the table.
          maxWorkers: 3,
          testTimeout: 20_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'heavy',
          include: heavy,
          exclude: alone,
          // Each waits about half of its time: for leases, queues, a browser.
          maxWorkers: 3,
          testTimeout: 180_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
