// Bundles the transcoder into the one file that its container runs: .millrace/image/transcoder.mjs. Not minified, so that a
// stack trace can be read.
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const outfile = join('.millrace', 'image', 'transcoder.mjs')

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['transcoder/main.ts'],
  outfile,
  bundle: true,
  metafile: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The packages' ES modules: a third smaller than their CommonJS.
  mainFields: ['module', 'main'],
  // What is left of CommonJS in them asks for Node's own modules by `require`.
  banner: {
    js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)",
  },
  logLevel: 'warning',
})
// The container's user is nobody in particular, whatever this machine keeps to itself.
chmodSync(join(root, outfile), 0o644)
const bytes = metafile.outputs[outfile]?.bytes ?? 0
process.stdout.write(`${outfile}: ${bytes} bytes\n`)
