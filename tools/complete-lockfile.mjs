// Completes package-lock.json with optional platform packages that npm left out; run after any change of dependencies.
//
// Where a registry or mirror cannot resolve every platform's package (eight of Biome's, for one), npm writes a
// lockfile without them, and `npm ci` then refuses that same lockfile with EUSAGE. An entry needs a version
// to satisfy it; the integrity is left out because nobody here has seen the package.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** Adds an entry for each optional dependency pinned to an exact version that no entry answers for. Returns the names added. */
export function completeLockfile(lock) {
  const added = []
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!/^\d+\.\d+\.\d+$/.test(version) || answers(lock.packages, path, name)) continue
      const [, platform] = /-((?:android|darwin|linux|win32)-.*)$/.exec(name) ?? []
      if (!platform) continue
      const [os, cpu, libc] = platform.split('-')
      lock.packages[`node_modules/${name}`] = {
        version,
        cpu: [cpu],
        ...(entry.dev ? { dev: true } : {}),
        ...(libc === 'musl' ? { libc: ['musl'] } : {}),
        optional: true,
        os: [os],
      }
      added.push(name)
    }
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  return added
}

/** Node's own lookup: a dependency is found in the nearest node_modules going up. */
function answers(packages, from, name) {
  for (let folder = from; ; ) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true
    if (!folder) return false
    const cut = folder.lastIndexOf('/node_modules/')
    folder = cut < 0 ? '' : folder.slice(0, cut)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = new URL('../package-lock.json', import.meta.url)
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const added = completeLockfile(lock)
  if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(added.length > 0 ? `added ${added.join(', ')}` : 'package-lock.json is complete')
}
