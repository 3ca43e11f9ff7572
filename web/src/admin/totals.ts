// What people have, together. Pure.
import type { UserView } from '#domain/account.ts'

type Usage = UserView['usage']

export function totalOf(people: readonly Pick<UserView, 'usage'>[]): Usage {
  const total: Usage = { videos: 0, sizeBytes: 0, durationSeconds: 0, complete: true }
  for (const { usage } of people) {
    total.videos += usage.videos
    total.sizeBytes += usage.sizeBytes
    total.durationSeconds += usage.durationSeconds
    total.complete &&= usage.complete
  }
  return total
}
