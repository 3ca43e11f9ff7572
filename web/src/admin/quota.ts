// Limits as an admin writes them: gigabytes and minutes, nothing for no limit. Pure.
import type { Quota } from '#domain/account.ts'

const bytesAGigabyte = 1_000_000_000

function readNumber(text: string): number | null {
  const value = Number(text.replace(',', '.'))
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? null : value
}

export function readQuota(gigabytes: string, minutes: string): Quota {
  const size = readNumber(gigabytes)
  const time = readNumber(minutes)
  return {
    bytes: size === null ? null : Math.round(size * bytesAGigabyte),
    minutes: time === null ? null : Math.floor(time),
  }
}

export const writeGigabytes = (bytes: number | null): string =>
  bytes === null ? '' : String(bytes / bytesAGigabyte)
