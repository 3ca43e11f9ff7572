// Which FFmpeg builds have a worker: each worker tells of its own as long as it runs, and whoever meets work of another build
// asks. A build nobody has told of yet counts as told of when it is first asked for.
import { buildKey, fromBuildItem } from '#domain/item.ts'
import { buildRecordSeconds } from '#domain/timing.ts'
import type { Table } from './table.ts'

export interface Builds {
  /** @param now epoch seconds */
  tell(encoder: string, now: number): Promise<void>
  /** When a worker last told of it, epoch seconds; an answer a few seconds old will do. */
  lastTold(encoder: string, now: number): Promise<number>
}

/** A film has hundreds of tasks, and a worker may meet all of them. */
const keptSeconds = 5

export function createBuilds({ table }: { table: Table }): Builds {
  const write = (encoder: string, now: number, toldAt: string) =>
    table.update(buildKey(encoder), {
      UpdateExpression: `SET toldAt = ${toldAt}, expiresAt = :expiresAt`,
      ExpressionAttributeValues: { ':now': now, ':expiresAt': Math.ceil(now) + buildRecordSeconds },
    })

  const answers = new Map<string, { toldAt: number; askedAt: number }>()

  return {
    async tell(encoder, now) {
      await write(encoder, now, ':now')
    },
    async lastTold(encoder, now) {
      const known = answers.get(encoder)
      if (known && now - known.askedAt < keptSeconds) return known.toldAt
      const { item } = await write(encoder, now, 'if_not_exists(toldAt, :now)')
      const { toldAt } = fromBuildItem(item ?? {})
      answers.set(encoder, { toldAt, askedAt: now })
      return toldAt
    },
  }
}
