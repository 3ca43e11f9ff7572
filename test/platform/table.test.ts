// The table's verbs against a real one: conditions say yes or no, pages are walked to the end, faults have a name.
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import type { ServiceOutputTypes } from '@aws-sdk/lib-dynamodb'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { createTableClient } from '#platform/clients.ts'
import { createTable, type Table } from '#platform/table.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let table: Table

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'), { pageItems: 3 })
  table = pipeline.table
})

const put = (pk: string, sk: string, n = 0) => table.create({ pk, sk, n })

it('creates once', async () => {
  expect(await put('create', 'a', 1)).toBe(true)
  expect(await put('create', 'a', 2)).toBe(false)
  expect(await table.get({ pk: 'create', sk: 'a' })).toEqual({ pk: 'create', sk: 'a', n: 1 })
  expect(await table.get({ pk: 'create', sk: 'b' }, { consistent: true })).toBeUndefined()
})

it('an update answers with the item as it is now, or as it stood', async () => {
  await put('update', 'a', 1)
  const raise = (from: number) =>
    table.update(
      { pk: 'update', sk: 'a' },
      {
        UpdateExpression: 'SET n = :to',
        ConditionExpression: 'n = :from',
        ExpressionAttributeValues: { ':from': from, ':to': from + 1 },
      },
    )
  expect(await raise(1)).toEqual({ done: true, item: { pk: 'update', sk: 'a', n: 2 } })
  expect(await raise(1)).toEqual({ done: false, item: { pk: 'update', sk: 'a', n: 2 } })
})

it('a query walks every page, with and without a prefix, in order', async () => {
  const keys = Array.from({ length: 10 }, (_, i) => `a#${i}`)
  for (const sk of [...keys, 'b#0', 'A#0']) await put('query', sk)
  const sks = async (prefix: string) =>
    (await table.query('query', prefix)).map(({ sk }) => String(sk))
  expect(await sks('a#')).toEqual(keys)
  expect(await sks('')).toEqual(['A#0', ...keys, 'b#0'])
  expect(await sks('c')).toEqual([])
})

it('a transaction does all or nothing and names what failed', async () => {
  await put('transact', 'there')
  const create = (sk: string) => ({
    Put: {
      TableName: table.name,
      Item: { pk: 'transact', sk },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  })
  expect(await table.transact([create('x'), create('there'), create('y')])).toEqual({
    done: false,
    failed: [1],
  })
  expect(await table.query('transact', '')).toHaveLength(1)
  expect(await table.transact([create('x'), create('y')])).toEqual({ done: true })
  expect(await table.query('transact', '')).toHaveLength(3)
})

it('removes, also what is not there', async () => {
  await put('remove', 'a')
  await table.remove({ pk: 'remove', sk: 'a' })
  await table.remove({ pk: 'remove', sk: 'a' })
  expect(await table.get({ pk: 'remove', sk: 'a' })).toBeUndefined()
})

it('removes many, more than one batch of them, and nothing beside', async () => {
  const keys = Array.from({ length: 60 }, (_, i) => ({ pk: 'removeMany', sk: `a#${i}` }))
  await Promise.all(keys.map(({ pk, sk }) => put(pk, sk)))
  await put('removeMany', 'b')
  await table.removeMany([...keys, { pk: 'removeMany', sk: 'absent' }])
  expect((await table.query('removeMany', '')).map(({ sk }) => sk)).toEqual(['b'])
})

describe('what DynamoDB asks to be tried again', () => {
  type Answer = ServiceOutputTypes
  /** A client whose first answers to a command are others than the table's. */
  function clientThat(command: string, answers: (() => Answer)[]) {
    const client = createTableClient(pipeline.services)
    client.middlewareStack.add(
      (next, context) => async input => {
        const answer = context.commandName === command ? answers.shift() : undefined
        return answer ? { output: answer(), response: {} } : next(input)
      },
      { step: 'initialize', priority: 'low' },
    )
    return createTable({ client, tableName: pipeline.names.table })
  }
  const conflict = (): Answer => {
    throw new TransactionCanceledException({
      message: 'Transaction cancelled',
      $metadata: {},
      CancellationReasons: [{ Code: 'TransactionConflict' }],
    })
  }
  const write = (sk: string) => ({ Put: { TableName: table.name, Item: { pk: 'retry', sk } } })

  it('is a transaction that met another one', async () => {
    const busy = clientThat('TransactWriteItemsCommand', [conflict, conflict, conflict])
    expect(await busy.transact([write('a')])).toEqual({ done: true })
    expect(await table.get({ pk: 'retry', sk: 'a' })).toBeDefined()
  })

  it('but not for ever', async () => {
    const busy = clientThat('TransactWriteItemsCommand', Array(12).fill(conflict))
    await expect(busy.transact([write('b')])).rejects.toMatchObject({ code: 'table-unavailable' })
  })

  it('is a key of a batch that was left over', async () => {
    await put('batch', 'a')
    const Keys = [{ pk: 'batch', sk: 'a' }]
    const leftOver = (): Answer => ({
      $metadata: {},
      Responses: {},
      UnprocessedKeys: { [table.name]: { Keys } },
    })
    const busy = clientThat('BatchGetItemCommand', [leftOver])
    expect(await busy.getMany([{ pk: 'batch', sk: 'a' }])).toHaveLength(1)
  })

  it('is a removal of a batch that was left over', async () => {
    const key = { pk: 'left', sk: 'a' }
    await put(key.pk, key.sk)
    const leftOver = (): Answer => ({
      $metadata: {},
      UnprocessedItems: { [table.name]: [{ DeleteRequest: { Key: key } }] },
    })
    await clientThat('BatchWriteItemCommand', [leftOver]).removeMany([key])
    expect(await table.get(key)).toBeUndefined()
  })
})

describe('a fault', () => {
  it('is table-unavailable, whatever it is', async () => {
    const gone = createTable({
      client: createTableClient(pipeline.services),
      tableName: 'there-is-no-such-table',
    })
    const key = { pk: 'a', sk: 'a' }
    const calls = [
      () => gone.get(key),
      () => gone.getMany([key]),
      () => gone.create(key),
      () => gone.query('a', ''),
      () => gone.remove(key),
      () =>
        gone.update(key, {
          UpdateExpression: 'SET n = :n',
          ExpressionAttributeValues: { ':n': 1 },
        }),
    ]
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ code: 'table-unavailable', retryable: true })
    }
  })
})
