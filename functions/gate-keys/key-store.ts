// CloudFront's KeyValueStore, written under optimistic locking: every write names the version it follows, and one that somebody
// else was quicker than is made again.
import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ListKeysCommand,
  ResourceNotFoundException,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore'

export interface KeyStore {
  /**
   * @param next from what stands there, or null
   * @returns the number of names there are then
   */
  put(name: string, next: (held: string | null) => string): Promise<number>
  /** The same of several, `maxBatch` at most, whatever stands there. */
  putAll(values: readonly (readonly [name: string, value: string])[]): Promise<number>
  /** Removes some of the names that `isOld` accepts, as many as go at once. */
  removeWhere(isOld: (name: string, value: string) => boolean): Promise<void>
}

/** CloudFront: «UpdateKeys … up to 50», and as many names a page. */
export const maxBatch = 50
/** Names that are to stay may fill the first pages; so many are looked through, some 20 ms each. */
const maxPages = 40
const tries = 10

type Changes = Pick<ConstructorParameters<typeof UpdateKeysCommand>[0], 'Puts' | 'Deletes'>

export function createKeyStore(deps: {
  client: CloudFrontKeyValueStoreClient
  arn: string
}): KeyStore {
  const { client, arn: KvsARN } = deps

  async function read(Key: string): Promise<string | null> {
    try {
      return (await client.send(new GetKeyCommand({ KvsARN, Key }))).Value ?? null
    } catch (thrown) {
      if (thrown instanceof ResourceNotFoundException) return null
      throw thrown
    }
  }

  /** What is read after the version was named is what that version holds, or the write is refused. */
  async function update(changesOf: () => Changes | Promise<Changes>): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }))
      try {
        const input = { KvsARN, IfMatch: ETag, ...(await changesOf()) }
        const { ItemCount } = await client.send(new UpdateKeysCommand(input))
        return ItemCount ?? 0
      } catch (thrown) {
        if (!(thrown instanceof ConflictException) || attempt >= tries) throw thrown
      }
    }
  }

  return {
    put(Key, next) {
      return update(async () => ({ Puts: [{ Key, Value: next(await read(Key)) }] }))
    },
    putAll(values) {
      return update(() => ({ Puts: values.map(([Key, Value]) => ({ Key, Value })) }))
    },
    async removeWhere(isOld) {
      const old: { Key: string }[] = []
      let NextToken: string | undefined
      for (let page = 0; page < maxPages && old.length < maxBatch; page++) {
        const from = NextToken ? { NextToken } : {}
        const command = new ListKeysCommand({ KvsARN, MaxResults: maxBatch, ...from })
        const answer = await client.send(command)
        for (const { Key = '', Value = '' } of answer.Items ?? []) {
          if (isOld(Key, Value)) old.push({ Key })
        }
        NextToken = answer.NextToken
        if (!NextToken) break
      }
      if (old.length > 0) await update(() => ({ Deletes: old.slice(0, maxBatch) }))
    },
  }
}
