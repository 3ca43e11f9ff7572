// What somebody has, or all of them, in words.
import type { UserView } from '#domain/account.ts'
import { words } from '../account/words.ts'
import { formatBytes } from '../look/format.ts'

const text = words.admin

export function usedWords(usage: UserView['usage']): string {
  const { videos, sizeBytes, durationSeconds, complete } = usage
  const has = text.has(videos, formatBytes(sizeBytes), Math.round(durationSeconds / 60))
  return complete ? has : text.atLeast(has)
}
