// The house's rules that no linter knows: floors as really imported, bundles within their budgets, files that stay readable.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import budgets from './budgets.json' with { type: 'json' }
import {
  type Bundle,
  bundlePortal,
  bundleServer,
  portalEntry,
  serverEntries,
} from './support/bundles.ts'
import { filesOf, importsOf, read, roomOf, root } from './support/sources.ts'

const code = filesOf('**/*.{ts,tsx,mjs,js}')
const texts = filesOf('**/*.{ts,tsx,mjs,js,json,md,css,html,yml,yaml,sh,txt}').concat('.ci/run')

describe('floors', () => {
  /** Rooms whose code each room may import, beside its own; infra names the rooms by path only. */
  const below: Record<string, string[]> = {
    domain: [],
    platform: ['domain'],
    functions: ['domain', 'platform'],
    transcoder: ['domain', 'platform'],
    web: ['domain'],
    infra: ['domain'],
    local: ['domain', 'platform', 'functions', 'transcoder', 'infra'],
  }
  /** What local runs of infra: the very code of the edge, and none of the stacks. */
  const edge = 'infra/edge/'
  const packages: Record<string, RegExp> = {
    domain: /^zod\/mini$/,
    platform: /^(?!aws-cdk|constructs|preact|hls\.js|media-chrome)/,
    functions: /^(?!aws-cdk|constructs|preact|hls\.js|media-chrome)/,
    transcoder: /^(?!aws-cdk|constructs|preact|hls\.js|media-chrome)/,
    web: /^(?!node:|@aws-sdk|aws-cdk|constructs|zod|vite$)/,
    infra: /^(?!@aws-sdk|preact|hls\.js|media-chrome)/,
    local: /^(?!aws-cdk|constructs|preact|hls\.js|media-chrome)/,
  }
  const schemaFiles = new Set(
    filesOf('domain/**/*.ts').filter(path =>
      importsOf(path).some(({ target }) => /^zod/.test(target)),
    ),
  )

  const isAllowed = (path: string, { target, typeOnly }: { target: string; typeOnly: boolean }) => {
    const from = roomOf(path) ?? ''
    const to = roomOf(target)
    const [floor = ''] = from.split('/')
    if (to === null) return packages[floor]?.test(target) ?? true
    if (to === from) return true
    if (floor === 'web' && to.startsWith('functions/')) return typeOnly
    if (floor === 'web' && schemaFiles.has(target)) return typeOnly
    if (floor === 'local' && to === 'infra') return target.startsWith(edge)
    return below[floor]?.includes(to.split('/')[0] ?? '') ?? true
  }

  test('no file imports what its room may not', () => {
    const wrong = code
      // A build's settings run on the builder's machine, whichever room they lie in.
      .filter(path => !path.endsWith('.config.ts'))
      .flatMap(path => importsOf(path).map(found => ({ path, ...found })))
      .filter(({ path, ...found }) => !isAllowed(path, found))
      .map(({ path, target }) => `${path} imports ${target}`)
    expect(wrong).toEqual([])
  })

  test('every function has a folder of its own', () => {
    expect(filesOf('functions/*.{ts,tsx}')).toEqual([])
  })
})

describe('bundles', () => {
  const bundles: Bundle[] = []
  const portal = existsSync(join(root, portalEntry))

  beforeAll(async () => {
    for (const entry of serverEntries()) bundles.push(await bundleServer(entry))
    if (portal) bundles.push(await bundlePortal())
  }, 60_000)

  test('each is within its budget, and each budget has its bundle', () => {
    const limits: Record<string, number> = budgets
    const over = bundles
      .filter(({ name, bytes }) => bytes > (limits[name] ?? 0))
      .map(({ name, bytes }) => `${name}: ${bytes} bytes, budget ${limits[name] ?? 'missing'}`)
    expect(over).toEqual([])
    expect(Object.keys(limits).sort()).toEqual(bundles.map(({ name }) => name).sort())
  })

  test('none holds the CDK, and none the whole of zod', () => {
    const heavy = /node_modules\/(aws-cdk-lib|constructs|zod\/v4\/classic|zod\/v3)\//
    const found = bundles.flatMap(({ name, inputs }) =>
      inputs.filter(input => heavy.test(input)).map(input => `${name}: ${input}`),
    )
    expect(found).toEqual([])
  })

  test("the portal's first load holds no schema library and no other room", () => {
    const inputs = bundles.find(({ name }) => name === 'web/first-load')?.inputs ?? []
    expect(inputs.filter(input => /node_modules\/zod\//.test(input))).toEqual([])
    expect(inputs.filter(input => !/^(web|domain|node_modules)\//.test(input))).toEqual([])
  })
})

describe('files', () => {
  /** Tables of facts that are better read in one piece. */
  const longTables: string[] = []
  const maxLines = 400

  test(`none is longer than ${maxLines} lines`, () => {
    const long = [...code, ...filesOf('**/*.css')]
      .filter(path => !longTables.includes(path))
      .map(path => ({ path, lines: read(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > maxLines)
    expect(long).toEqual([])
  })

  test('each begins with what it is responsible for', () => {
    const silent = code.filter(path => !/^(#!.*\n)?(\/\/ |\/\*\*? )\S/.test(read(path)))
    expect(silent).toEqual([])
  })

  test('each is named for the one thing inside', () => {
    const names = 'utils?|helpers?|common|shared|misc|lib|managers?|services?|types|constants|index'
    const vague = new RegExp(`(^|/)(${names})(/|\\.(ts|tsx|mjs|js)$)`)
    expect(code.filter(path => vague.test(path))).toEqual([])
  })

  // Spelled in pieces, or this file would be the first it finds.
  const forbidden: [string, RegExp][] = [
    ['unfinished work', new RegExp(`\\b(TO${'DO'}|FIX${'ME'}|XX${'X'})\\b`)],
    ['a type check switched off', new RegExp(`@ts-${'(ignore|nocheck)'}|noExplicit${'Any'}:`)],
    [
      'a path of one machine',
      new RegExp(`(^|[\\s"'\`(=:])/(${['home', 'Users', 'root', 'work'].join('|')})/\\w`),
    ],
  ]
  test.each(forbidden)('none holds %s', (_, pattern) => {
    const found = texts
      .filter(path => path !== 'package-lock.json' && existsSync(join(root, path)))
      .flatMap(path => {
        const lines = read(path).split('\n')
        return lines.flatMap((line, at) =>
          pattern.test(line) ? [`${path}:${at + 1} ${line}`] : [],
        )
      })
    expect(found).toEqual([])
  })

  test('every test lies where what it tests lies', () => {
    const free = ['e2e', 'support', 'conformance', 'torture']
    const rooms = new Set(code.map(path => dirname(path).split('/')[0]))
    const lost = filesOf('test/*/**/*.test.{ts,tsx}').filter(path => {
      const [, room = ''] = path.split('/')
      return !free.includes(room) && !rooms.has(room)
    })
    expect(lost).toEqual([])
  })
})
