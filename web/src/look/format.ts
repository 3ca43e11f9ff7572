// Numbers as people read them: sizes, times, percent. Pure. Without `Intl`, whose first word takes longer than all the rest of the first
// page: 40 ms on a phone.
import { strings } from '../strings.ts'

const digits = (value: number, places: number) =>
  value.toFixed(places).replace('.', strings.decimalPoint)
const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Decimal units, as operating systems and network plans count: «1.4 GB». */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${digits(value, unit > 1 && value < 99.95 ? 1 : 0)} ${units[unit]}`
}

/** «12.4», «8.0» */
export const formatDecimal = (value: number): string => digits(value, 1)

/** A position or length on a clock: «0:07», «1:02:30». */
export function formatClock(seconds: number): string {
  const all = Math.max(0, Math.floor(seconds))
  const s = String(all % 60).padStart(2, '0')
  const m = Math.floor(all / 60) % 60
  const h = Math.floor(all / 3600)
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`
}

/** Time left, in steps coarse enough that it does not flicker: «12 s», «4 min», «1 h 20 min». */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 10) return strings.time.seconds(Math.max(1, Math.ceil(seconds)))
  if (seconds < 55) return strings.time.seconds(Math.ceil(seconds / 5) * 5)
  if (seconds < 3570) return strings.time.minutes(Math.max(1, Math.round(seconds / 60)))
  const minutes = Math.round(seconds / 600) * 10
  return strings.time.hours(Math.floor(minutes / 60), minutes % 60)
}

/** Whole percent of a ratio; 100 only when it is all done. */
export function percentOf(ratio: number): number {
  return ratio >= 1 ? 100 : Math.floor(ratio * 100)
}

export const rungLabel = (height: number) => `${height}p`

export function formatDate(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  return strings.date(date.getDate(), date.getMonth(), date.getFullYear())
}
