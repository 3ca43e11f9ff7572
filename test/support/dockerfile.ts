// transcoder/Dockerfile as data: its stages and their instructions, as far as that file uses the language.
import { read } from './sources.ts'

export interface Stage {
  name: string
  /** Another stage, `scratch`, or an image. */
  base: string
  instructions: { name: string; value: string }[]
}

/** @param arch amd64 or arm64, what BuildKit calls TARGETARCH */
export function readDockerfile(arch: 'amd64' | 'arm64'): Stage[] {
  const known: Record<string, string> = { TARGETARCH: arch }
  const filled = (text: string) => text.replaceAll(/\$\{(\w+)\}/g, (_, name) => known[name] ?? '')
  const stages: Stage[] = []
  const text = read('transcoder/Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^([A-Z]+) +(.*?) *$/.exec(line) ?? []
    const [, argument = '', otherwise = ''] = /^(\w+)=(.*)$/.exec(value) ?? []
    if (name === 'ARG') known[argument] ??= otherwise
    else if (name === 'FROM') {
      const [base = '', , stage = ''] = filled(value).split(/ +/)
      stages.push({ name: stage, base, instructions: [] })
    } else if (name) stages.at(-1)?.instructions.push({ name, value })
  }
  return stages
}

export const valuesOf = ({ instructions }: Stage, wanted: string): string[] =>
  instructions.filter(({ name }) => name === wanted).map(({ value }) => value)

export interface Copy {
  /** A stage's name; null for the checkout. */
  from: string | null
  source: string
  target: string
}

export function copiesOf(stage: Stage): Copy[] {
  return valuesOf(stage, 'COPY').map(value => {
    const [, from = null, source = '', target = ''] =
      /^(?:--from=(\S+) +)?(\S+) +(\S+)$/.exec(value) ?? []
    return { from, source, target }
  })
}

/** `A=b C=d` as it stands in ENV. */
export const environmentOf = (stage: Stage): Record<string, string> =>
  Object.fromEntries(
    valuesOf(stage, 'ENV').flatMap(value =>
      [...value.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', text = '']) => [name, text]),
    ),
  )
