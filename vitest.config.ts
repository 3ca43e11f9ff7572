// How the tests run: quick ones side by side, then those with real FFmpeg or a real browser one file at a time.
import { defineConfig } from 'vitest/config'

/** Files that keep both cores busy by themselves; side by side, their time limits would measure each other. */
const heavy = ['test/{e2e,conformance,torture}/**/*.test.{ts,tsx}', 'test/**/*.real.test.{ts,tsx}']

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    globalSetup: ['test/support/ministack.ts'],
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
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
