// A service's published schema (botocore's, which comes with MiniStack) as a judge of requests: every finding by path. Knows
// structures, lists, maps and scalars with their limits; refuses members the schema does not have.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { root } from './sources.ts'

interface Member {
  shape: string
  /** The name on the wire. */
  locationName?: string
}

interface Shape {
  type: string
  members?: Record<string, Member>
  required?: string[]
  member?: Member
  value?: Member
  enum?: string[]
  min?: number
  max?: number
  pattern?: string
}

export interface ServiceModel {
  shapes: Record<string, Shape>
}

export function loadServiceModel(service: string): ServiceModel {
  const pattern = `.millrace/venv/lib/python*/site-packages/botocore/data/${service}/*/service-2.json.gz`
  const [path] = globSync(pattern, { cwd: root })
  if (!path) throw new Error(`there is no schema of ${service} beside MiniStack`)
  return JSON.parse(gunzipSync(readFileSync(join(root, path))).toString())
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const outside = (size: number, { min, max }: Shape) =>
  (min !== undefined && size < min) || (max !== undefined && size > max)

function scalarFindings(shape: Shape, value: unknown, path: string): string[] {
  if (shape.type === 'string') {
    if (typeof value !== 'string') return [`${path}: ${JSON.stringify(value)} is no text`]
    if (shape.enum && !shape.enum.includes(value)) return [`${path}: there is no ${value}`]
    if (shape.pattern && !new RegExp(shape.pattern).test(value)) return [`${path}: "${value}"`]
    return outside(value.length, shape) ? [`${path}: "${value}" is too short or too long`] : []
  }
  if (shape.type === 'boolean') return typeof value === 'boolean' ? [] : [`${path}: ${value}`]
  if (typeof value !== 'number' || outside(value, shape)) return [`${path}: ${value}`]
  return shape.type === 'double' || Number.isInteger(value)
    ? []
    : [`${path}: ${value} is not whole`]
}

/**
 * What is wrong with a value of a shape; nothing for one the service takes.
 * @param wire names as they are sent, not as a program spells them
 */
export function findingsOf(
  model: ServiceModel,
  name: string,
  value: unknown,
  { wire = false, path = name }: { wire?: boolean; path?: string } = {},
): string[] {
  const shape = model.shapes[name]
  if (!shape) return [`${path}: there is no shape ${name}`]
  const within = (member: Member | undefined, inner: unknown, at: string) =>
    findingsOf(model, member?.shape ?? '', inner, { wire, path: at })
  if (shape.type === 'list') {
    if (!Array.isArray(value)) return [`${path}: no list`]
    return value.flatMap((item, index) => within(shape.member, item, `${path}[${index}]`))
  }
  if (shape.type !== 'structure' && shape.type !== 'map') return scalarFindings(shape, value, path)
  if (!isRecord(value)) return [`${path}: no object`]
  if (shape.type === 'map') {
    return Object.entries(value).flatMap(([key, item]) =>
      within(shape.value, item, `${path}.${key}`),
    )
  }
  const nameOf = (member: string) =>
    wire ? (shape.members?.[member]?.locationName ?? member) : member
  const members = new Map(
    Object.entries(shape.members ?? {}).map(([member, facts]) => [nameOf(member), facts]),
  )
  const missing = (shape.required ?? []).map(nameOf).filter(member => value[member] === undefined)
  return [
    ...missing.map(member => `${path}.${member} is missing`),
    ...Object.entries(value).flatMap(([member, item]) =>
      members.has(member)
        ? within(members.get(member), item, `${path}.${member}`)
        : [`${path}: there is no ${member}`],
    ),
  ]
}
