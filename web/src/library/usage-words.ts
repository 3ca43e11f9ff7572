// What the library holds, in a few words: how many, how large, how long. Pure.
import type { LibraryUsage } from '#domain/listing.ts'
import { formatBytes, formatDecimal } from '../look/format.ts'
import { strings } from '../strings.ts'

const text = strings.library

export function lengthWords(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return strings.time.seconds(Math.max(1, whole))
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return strings.time.minutes(minutes)
  const hours = minutes / 60
  return text.hours(hours < 9.95 ? formatDecimal(hours) : String(Math.round(hours)))
}

export function usageWords({ videos, sizeBytes, durationSeconds, complete }: LibraryUsage): string {
  return [
    text.count(videos, !complete),
    formatBytes(sizeBytes),
    durationSeconds > 0 ? lengthWords(durationSeconds) : '',
  ]
    .filter(Boolean)
    .join(' · ')
}
