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
  /** Removes some of the names that `isOld` accepts, one page of them. */
  removeWhere(isOld: (name: string, value: string) => boolean): Promise<void>
}

/** CloudFront: «UpdateKeys … up to 50». */
const maxBatch = 50
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
      const { Items = [] } = await client.send(
        new ListKeysCommand({ KvsARN, MaxResults: maxBatch }),
      )
      const Deletes = Items.flatMap(({ Key = '', Value = '' }) =>
        isOld(Key, Value) ? [{ Key }] : [],
      )
      if (Deletes.length > 0) await update({ Deletes })
    },
  }
}
