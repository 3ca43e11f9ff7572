// What the gate has to say of a presentation: one finding a fault, with the rule that found it and where the rule comes from.

/** Every rule, and the section of RFC 8216 it stands on; '' where only the house asks for it. */
export const rules = {
  missing: '',
  playlist: '4.1',
  version: '7',
  'target-duration': '4.3.3.1',
  endlist: '4.3.3.4',
  group: '4.3.4.2.1',
  'range-outside': '4.3.2.2',
  'range-overlap': '',
  'lost-segment': '',
  init: '4.3.2.5',
  fragment: '3.3',
  duration: '4.3.2.1',
  order: '3',
  gap: '3',
  overlap: '3',
  keyframe: '4.3.5.1',
  grid: '6.2.4',
  'start-together': '6.2.4',
  'end-together': '6.2.4',
  codecs: '4.3.4.2',
  resolution: '4.3.4.2',
  'frame-rate': '4.3.4.2',
  bandwidth: '4.3.4.2',
  'average-bandwidth': '4.3.4.2',
  iframes: '4.3.3.6',
  decode: '',
  live: '',
  'not-checked': '',
} as const

export type Rule = keyof typeof rules

export interface Finding {
  rule: Rule
  /** `note`: nothing is wrong, but not everything was looked at. */
  level: 'fault' | 'warning' | 'note'
  /** The playlist, as the one that was asked for names it. */
  path: string
  /** Position in its playlist, from 0; null: the playlist as a whole. */
  segment: number | null
  says: string
}

export type Report = (
  rule: Rule,
  says: string,
  more?: { segment?: number; level?: Finding['level'] },
) => void

/** A broken encoder breaks every segment: the first ones say it. */
const shownOfARule = 3

/** What the rules report, by playlist; of each rule and playlist only the first. */
export function createFindings() {
  const all: Finding[] = []
  const counts = new Map<string, number>()
  return {
    all,
    about:
      (path: string): Report =>
      (rule, says, { segment, level = 'fault' } = {}) => {
        const key = `${rule} ${level} ${path}`
        const count = (counts.get(key) ?? 0) + 1
        counts.set(key, count)
        if (count <= shownOfARule) all.push({ rule, level, path, segment: segment ?? null, says })
      },
    has: (path: string, ...wanted: Rule[]) =>
      all.some(
        finding =>
          finding.path === path && finding.level === 'fault' && wanted.includes(finding.rule),
      ),
  }
}

export type Findings = ReturnType<typeof createFindings>

/** One line, as a linter prints it. */
export function lineOf({ rule, level, path, segment, says }: Finding): string {
  const section = rules[rule] === '' ? '' : ` (RFC 8216 §${rules[rule]})`
  return `${path}${segment === null ? '' : `#${segment}`}  ${level}  ${rule}  ${says}${section}`
}

export const hasFault = (findings: readonly Finding[]): boolean =>
  findings.some(({ level }) => level === 'fault')
