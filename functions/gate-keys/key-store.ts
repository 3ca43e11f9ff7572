// CloudFront's KeyValueStore, written under optimistic locking: every write names the version it follows, and one that somebody
// else was quicker than is made again.
import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  ListKeysCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore'

export interface KeyStore {
  /** The number of names there are then. */
  put(name: string, value: string): Promise<number>
  /** Removes some of the names that `isOld` accepts, as many as go at once. */
  removeWhere(isOld: (name: string, value: string) => boolean): Promise<void>
}

/** CloudFront: «UpdateKeys … up to 50», and as many names a page. */
const maxBatch = 50
/** Names that are to stay may fill the first pages; so many are looked through, some 20 ms each. */
const maxPages = 40
const tries = 10

type Changes = Pick<ConstructorParameters<typeof UpdateKeysCommand>[0], 'Puts' | 'Deletes'>

export function createKeyStore(deps: {
  client: CloudFrontKeyValueStoreClient
  arn: string
}): KeyStore {
  const { client, arn: KvsARN } = deps

  async function update(changes: Changes): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }))
      try {
        const input = { KvsARN, IfMatch: ETag, ...changes }
        const { ItemCount } = await client.send(new UpdateKeysCommand(input))
        return ItemCount ?? 0
      } catch (thrown) {
        if (!(thrown instanceof ConflictException) || attempt >= tries) throw thrown
      }
    }
  }

  return {
    put(Key, Value) {
      return update({ Puts: [{ Key, Value }] })
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
      if (old.length > 0) await update({ Deletes: old.slice(0, maxBatch) })
    },
  }
}
