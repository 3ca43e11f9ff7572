// What the doctor has to say of one thing, and the list of it all. Pure.

/** `skipped`: could not be looked at, which is nobody's fault. */
export type Level = 'ok' | 'warning' | 'fault' | 'skipped'

export interface Finding {
  /** What was looked at, in kebab-case, the same for ever. */
  check: string
  level: Level
  says: string
  /** What to do about it. */
  fix?: string
}

/** A check that has one thing to hold. */
export const judge = (
  check: string,
  holds: boolean,
  { ok, fault, fix }: { ok: string; fault: string; fix: string },
): Finding =>
  holds ? { check, level: 'ok', says: ok } : { check, level: 'fault', says: fault, fix }

export const skipped = (check: string, says: string): Finding => ({ check, level: 'skipped', says })

const marks: Record<Level, string> = { ok: '✓', warning: '!', fault: '✗', skipped: '-' }

/** One line a finding, what to do below it, the sum at the end. */
export function list(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length))
  const lines = findings.flatMap(({ check, level, says, fix }) => [
    `${marks[level]} ${check.padEnd(width)}  ${says}`,
    ...(fix ? [`  ${' '.repeat(width)}  → ${fix}`] : []),
  ])
  const count = (level: Level) => findings.filter(finding => finding.level === level).length
  const sums = [`${count('ok')} ok`, `${count('fault')} faults`]
  if (count('warning') > 0) sums.push(`${count('warning')} warnings`)
  if (count('skipped') > 0) sums.push(`${count('skipped')} skipped`)
  return [...lines, sums.join(', ')].join('\n')
}

export const hasFault = (findings: readonly Finding[]): boolean =>
  findings.some(({ level }) => level === 'fault')
