// What is due: the reaper's view of the table. Items stay due until whoever works on them moves or removes their time.
import { fromProfileItem, type Profile, profileKey } from '#domain/account-item.ts'
import { toMillraceError } from '#domain/errors.ts'
import { fromMetaItem, fromTaskItem, type Meta, type TaskRecord } from '#domain/item.ts'
import { dueIndex, duePartition } from '#domain/table-facts.ts'
import type { Item, Table } from './table.ts'

export interface DueWork {
  tasks: TaskRecord[]
  videos: Meta[]
  /** That end. */
  accounts: Profile[]
  /** Keys of items of no known form: one of them must not keep the others from being looked at. */
  unreadable: string[]
}

const { sk: profileSort } = profileKey('')

/** Everything due before `now` (epoch seconds), page by page to the end, each as it is now. */
export async function readDue(table: Table, now: number): Promise<DueWork> {
  const work: DueWork = { tasks: [], videos: [], accounts: [], unreadable: [] }
  let next: Item | undefined
  do {
    const answer = await table.page({
      IndexName: dueIndex.name,
      KeyConditionExpression: '#due = :due AND #at < :now',
      ExpressionAttributeNames: { '#due': dueIndex.partition, '#at': dueIndex.sort },
      ExpressionAttributeValues: { ':due': duePartition, ':now': now },
      ...(next ? { ExclusiveStartKey: next } : {}),
    })
    const keys = answer.items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }))
    for (const item of await table.getMany(keys)) {
      // Done, or put off, since the index was written.
      if (!(Number(item[dueIndex.sort]) < now)) continue
      try {
        if (item['sk'] === 'META') work.videos.push(fromMetaItem(item))
        else if (item['sk'] === profileSort) work.accounts.push(fromProfileItem(item))
        else work.tasks.push(fromTaskItem(item))
      } catch (thrown) {
        if (toMillraceError(thrown).code !== 'record-unreadable') throw thrown
        work.unreadable.push(`${item['pk']} ${item['sk']}`)
      }
    }
    next = answer.next
  } while (next)
  return work
}
