// How the portal is built: hashed files under /assets/, nothing inline, so that the strict Content-Security-Policy holds.
import { defineConfig } from 'vite'
import { leanHls } from './lean-hls.ts'
import { preloadStart } from './preload-start.ts'

// In development (`vite web`) everything but the portal itself is asked of a running installation.
const origin = process.env['MILLRACE_ORIGIN'] ?? 'http://127.0.0.1:8080'

const here = (path: string) => `${import.meta.dirname}/${path}`

export default defineConfig({
  root: import.meta.dirname,
  plugins: [leanHls(), preloadStart()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { proxy: { '/api': origin, '/t': origin, '/health': origin } },
  build: {
    outDir: process.env['PORTAL_DIR'] ?? '../.millrace/portal',
    emptyOutDir: true,
    // A data: address would be one more thing the policy must allow.
    assetsInlineLimit: 0,
    // A browser that does not know it fetches the same a little later.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: {
        index: here('index.html'),
        embed: here('embed.html'),
        'service-worker': here('src/offline/worker.ts'),
      },
      output: {
        // A service worker's address never changes, and lies above all that it serves.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
})
