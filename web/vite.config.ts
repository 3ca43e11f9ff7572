// How the portal is built: hashed files under /assets/, nothing inline, so that the strict Content-Security-Policy holds.
import { defineConfig } from 'vite'

// In development (`vite web`) everything but the portal itself is asked of a running installation.
const origin = process.env['MILLRACE_ORIGIN'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { proxy: { '/api': origin, '/t': origin } },
  build: {
    outDir: process.env['PORTAL_DIR'] ?? '../.millrace/portal',
    emptyOutDir: true,
    // A data: address would be one more thing the policy must allow.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: ['index.html', 'embed.html'].map(page => `${import.meta.dirname}/${page}`),
    },
  },
})
