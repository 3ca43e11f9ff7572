// The checkout's own files as data for the house's tests: which there are, what they import, and on which floor they stand.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

const ignored = new Set(['node_modules', '.millrace', '.git', 'dist', 'coverage', 'cdk.out'])

/** Paths from the root, with forward slashes, sorted. */
export function filesOf(pattern: string): string[] {
  return globSync(pattern, {
    cwd: root,
    exclude: entry => ignored.has(entry.name),
    withFileTypes: true,
  })
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

export const read = (path: string) => readFileSync(join(root, path), 'utf8')

export interface Import {
  /** As written, or the path from the root for a file of ours. */
  target: string
  typeOnly: boolean
}

const statement =
  /^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s*)?(['"])([^'"\n]+)\2|\bimport\(\s*(['"`])([^'"`\n]+)\4/gm

/** Every static and dynamic import and re-export of a file. `{ type A }` counts as a value: the module is still named. */
export function importsOf(path: string): Import[] {
  return [...read(path).matchAll(statement)].map(([, type, , named, , dynamic]) => {
    const specifier = named ?? dynamic ?? ''
    return { target: resolve(path, specifier), typeOnly: type !== undefined }
  })
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return posix.normalize(posix.join(dirname(from), specifier))
  return specifier
}

/** The room a path belongs to: `functions/upload` for a function, else its first folder; null for a package. */
export function roomOf(path: string): string | null {
  const [first = '', second = ''] = path.split('/')
  if (first === 'functions') return `functions/${second}`
  return rooms.has(first) ? first : null
}

const rooms = new Set([
  ...['domain', 'platform', 'functions', 'transcoder', 'web', 'infra', 'local'],
  ...['test', 'bench', 'tools', 'layers'],
])
