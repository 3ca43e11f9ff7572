// What each deployed program really contains: every entry point bundled in memory, with esbuild's account of its inputs.
import { gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'
import { filesOf, root } from './sources.ts'

export interface Bundle {
  name: string
  /** Paths from the root. */
  inputs: string[]
  /** Minified, as deployed; the portal's first load gzipped, as sent. */
  bytes: number
}

/** Entry points by pattern, so that a new function is measured the moment it exists. */
export const serverEntries = () =>
  ['functions/*/handler.ts', 'transcoder/main.ts', 'transcoder/lambda.ts'].flatMap(filesOf)

export async function bundleServer(entry: string): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    outdir: 'out',
    metafile: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The packages' ES modules: a third smaller than their CommonJS.
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  })
  const bytes = outputFiles.reduce((sum, file) => sum + file.contents.length, 0)
  return { name: entry.replace(/\.ts$/, ''), inputs: Object.keys(metafile.inputs), bytes }
}

export const portalEntry = 'web/src/main.ts'

/** What a browser fetches before it shows anything: the entry's chunk, what it starts, and all that they import statically. */
export async function bundlePortal(): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [portalEntry],
    bundle: true,
    splitting: true,
    write: false,
    outdir: 'out',
    metafile: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'import.meta.env.DEV': 'false', 'import.meta.env.PROD': 'true' },
    loader: { '.svg': 'file', '.png': 'file', '.woff2': 'file' },
    logLevel: 'silent',
  })
  const first = firstLoad(metafile)
  const inputs = first.flatMap(path => Object.keys(metafile.outputs[path]?.inputs ?? {}))
  const bytes = outputFiles
    .filter(file => first.some(path => file.path.endsWith(`/${path}`)))
    .reduce((sum, file) => sum + gzipSync(file.contents).length, 0)
  return { name: 'web/first-load', inputs, bytes }
}

function firstLoad({ outputs }: Metafile): string[] {
  const entry = Object.entries(outputs).find(([, output]) => output.entryPoint === portalEntry)
  const started = entry?.[1].imports.filter(({ kind }) => kind === 'dynamic-import') ?? []
  const reached = new Set(entry ? [entry[0], ...started.map(({ path }) => path)] : [])
  for (const path of reached) {
    const { imports = [], cssBundle } = outputs[path] ?? {}
    // Of the page's own entry alone: what esbuild notes for the others holds the styles of all that they may load later, too.
    if (cssBundle && path === entry?.[0]) reached.add(cssBundle)
    for (const { kind, path } of imports) {
      if (kind === 'import-statement' && path in outputs) reached.add(path)
    }
  }
  return [...reached]
}
