// The table as a few verbs: reads that loop to the end, conditional writes that answer yes or no, transactions that say which
// condition failed. Every other fault is `table-unavailable`.

import { setTimeout as wait } from 'node:timers/promises'
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandOutput,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { MillraceError } from '#domain/errors.ts'
import type { ItemKey } from '#domain/item.ts'

export type Item = Record<string, unknown>
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** A conditional update's answer: the item as it is now, or as it stood when the condition failed. */
export type Updated = { done: true; item: Item } | { done: false; item: Item | undefined }

/** A transaction's answer: `failed` names the writes whose condition did not hold, by index. */
export type Transacted = { done: true } | { done: false; failed: number[] }

export interface Table {
  get(key: ItemKey, options?: { consistent?: boolean }): Promise<Item | undefined>
  /** False when an item with the key exists. */
  create(item: Item): Promise<boolean>
  update(key: ItemKey, input: UpdateInput): Promise<Updated>
  transact(writes: readonly Write[]): Promise<Transacted>
  /** All items of a partition whose sort key begins with the prefix, page by page to the end. */
  query(partition: string, prefix: string, options?: { consistent?: boolean }): Promise<Item[]>
  /** The items that exist of those asked for, in any order; read consistently. */
  getMany(keys: readonly ItemKey[]): Promise<Item[]>
  /** One page of an index or partition, for callers that hand their continuation to a client. */
  page(
    input: Omit<QueryCommandInput, 'TableName'>,
  ): Promise<{ items: Item[]; next: Item | undefined }>
  remove(key: ItemKey): Promise<void>
  /** Removes them in any order, not as one; those that are not there count as removed. */
  removeMany(keys: readonly ItemKey[]): Promise<void>
  readonly name: string
}

export type UpdateInput = Pick<
  UpdateCommandInput,
  | 'UpdateExpression'
  | 'ConditionExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
>

const conflictTries = 12
/** DynamoDB: «BatchGetItem … as many as 100 items». */
const maxBatch = 100
/** DynamoDB: «BatchWriteItem … up to 25 item put or delete operations». */
const maxWriteBatch = 25

/** Longer each time, spread by chance. */
const pause = (attempt: number) => wait(Math.random() * Math.min(1000, 10 * 2 ** attempt))

async function guarded<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) throw cause
    if (cause instanceof TransactionCanceledException) throw cause
    const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new MillraceError('table-unavailable', { cause, detail })
  }
}

export function createTable(deps: {
  client: DynamoDBDocumentClient
  tableName: string
  /** Items a page; small in tests, so that every loop is walked. */
  pageItems?: number
}): Table {
  const { client, tableName: TableName } = deps
  const limit = deps.pageItems === undefined ? {} : { Limit: deps.pageItems }

  async function page(input: Omit<QueryCommandInput, 'TableName'>) {
    const answer = await guarded(client.send(new QueryCommand({ TableName, ...input })))
    return { items: answer.Items ?? [], next: answer.LastEvaluatedKey }
  }

  return {
    name: TableName,
    page,
    async get(Key, { consistent = false } = {}) {
      const answer = await guarded(
        client.send(new GetCommand({ TableName, Key, ConsistentRead: consistent })),
      )
      return answer.Item
    },
    async create(Item) {
      try {
        const put = { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }
        await guarded(client.send(new PutCommand(put)))
        return true
      } catch (thrown) {
        if (thrown instanceof ConditionalCheckFailedException) return false
        throw thrown
      }
    },
    async update(Key, input) {
      try {
        const answer = await guarded(
          client.send(
            new UpdateCommand({
              TableName,
              Key,
              ...input,
              ReturnValues: 'ALL_NEW',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            }),
          ),
        )
        return { done: true, item: answer.Attributes ?? {} }
      } catch (thrown) {
        if (!(thrown instanceof ConditionalCheckFailedException)) throw thrown
        // Not every store of this protocol returns the old item with the refusal.
        const item = await guarded(
          client.send(new GetCommand({ TableName, Key, ConsistentRead: true })),
        )
        return { done: false, item: item.Item }
      }
    },
    async transact(writes) {
      for (let attempt = 1; ; attempt++) {
        try {
          await guarded(client.send(new TransactWriteCommand({ TransactItems: [...writes] })))
          return { done: true }
        } catch (thrown) {
          if (!(thrown instanceof TransactionCanceledException)) throw thrown
          const reasons = thrown.CancellationReasons ?? []
          const failed = reasons.flatMap((reason, index) =>
            reason.Code === 'ConditionalCheckFailed' ? [index] : [],
          )
          if (failed.length > 0) return { done: false, failed }
          if (attempt >= conflictTries) {
            throw new MillraceError('table-unavailable', { cause: thrown, detail: thrown.message })
          }
          // Another completion touches the same counter: come back a little later.
          await pause(attempt)
        }
      }
    },
    async query(partition, prefix, { consistent = false } = {}) {
      const items: Item[] = []
      let next: Item | undefined
      do {
        const answer = await page({
          KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
          ExpressionAttributeValues: { ':pk': partition, ...(prefix ? { ':prefix': prefix } : {}) },
          ConsistentRead: consistent,
          ...limit,
          ...(next ? { ExclusiveStartKey: next } : {}),
        })
        items.push(...answer.items)
        next = answer.next
      } while (next)
      return items
    },
    async getMany(keys) {
      const items: Item[] = []
      for (let i = 0; i < keys.length; i += maxBatch) {
        let asked: ItemKey[] | undefined = keys.slice(i, i + maxBatch)
        for (let attempt = 1; asked?.length; attempt++) {
          if (attempt > conflictTries) {
            throw new MillraceError('table-unavailable', { detail: 'keys stay unprocessed' })
          }
          const answer: BatchGetCommandOutput = await guarded(
            client.send(
              new BatchGetCommand({
                RequestItems: { [TableName]: { Keys: asked, ConsistentRead: true } },
              }),
            ),
          )
          items.push(...(answer.Responses?.[TableName] ?? []))
          asked = answer.UnprocessedKeys?.[TableName]?.Keys as ItemKey[] | undefined
          if (asked?.length) await pause(attempt)
        }
      }
      return items
    },
    async remove(Key) {
      await this.transact([{ Delete: { TableName, Key } }])
    },
    async removeMany(keys) {
      for (let i = 0; i < keys.length; i += maxWriteBatch) {
        const batch = keys.slice(i, i + maxWriteBatch)
        let left: BatchWriteCommandOutput['UnprocessedItems'] = {
          [TableName]: batch.map(Key => ({ DeleteRequest: { Key } })),
        }
        for (let attempt = 1; left?.[TableName]?.length; attempt++) {
          if (attempt > conflictTries) {
            throw new MillraceError('table-unavailable', { detail: 'removals stay unprocessed' })
          }
          const answer: BatchWriteCommandOutput = await guarded(
            client.send(new BatchWriteCommand({ RequestItems: left })),
          )
          left = answer.UnprocessedItems
          if (left?.[TableName]?.length) await pause(attempt)
        }
      }
    },
  }
}
