// Builds the portal when its sources have changed since the last build; says nothing when they have not.
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const portal = join(root, '.millrace', 'portal')
const stamp = `${portal}.stamp`

if (existsSync(join(root, 'web', 'index.html'))) await buildIfChanged()

async function buildIfChanged(): Promise<void> {
  const wanted = sourcesDigest()
  const built = existsSync(join(portal, 'index.html'))
  if (built && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  process.stdout.write('Building the portal (a few seconds) …\n')
  // Vite takes longer to load than the comparison above takes altogether.
  const { build } = await import('vite')
  // Built aside and moved, so that a running server never serves half a portal.
  const next = `${portal}.next`
  await build({
    configFile: join(root, 'web', 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: next },
  })
  rmSync(stamp, { force: true })
  rmSync(portal, { recursive: true, force: true })
  renameSync(next, portal)
  writeFileSync(stamp, wanted)
}

/** Everything that can change the built files: the sources, what they import from the domain, the packages. */
function sourcesDigest(): string {
  const hash = createHash('sha256')
  const files = globSync(['web/**/*', 'domain/**/*.ts', 'package-lock.json'], {
    cwd: root,
    withFileTypes: true,
  })
  const paths = files.filter(file => file.isFile()).map(file => join(file.parentPath, file.name))
  for (const path of paths.sort())
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}
