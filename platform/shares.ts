// Share links of videos: whoever has one watches one video until the link ends or is taken back. Its secret stands in clear, so that
// its owner can copy it again; whoever reads the table reads the videos as well.
import { randomBytes } from 'node:crypto'
import { MillraceError } from '#domain/errors.ts'
import {
  fromMetaItem,
  fromShareItem,
  type Meta,
  metaKey,
  type Share,
  shareKey,
  sharePrefix,
  toShareItem,
} from '#domain/item.ts'
import { maxShares, readShareToken, toShareId } from '#domain/share.ts'
import { toBase62 } from '#domain/video.ts'
import { sameText } from './hash.ts'
import type { Table, Write } from './table.ts'

export interface NewShare {
  label?: string | undefined
  /** Epoch seconds; without it the link holds until it is taken back. */
  expiresAt?: number
}

export interface Shares {
  /** Those that hold, the oldest first. */
  list(videoId: string): Promise<Share[]>
  /**
   * Null: the video is gone.
   * @throws MillraceError `state-conflict` where there are as many as may be
   */
  create(videoId: string, wanted: NewShare): Promise<Share | null>
  /**
   * Takes a link back and, with it, raises the video's epoch: whoever watches by it is shut out once the gate is told. For one that
   * is not there nothing changes. Null: the video is gone.
   */
  remove(videoId: string, shareId: string): Promise<Meta | null>
  /** The link a token is of, if it holds. */
  read(videoId: string, token: string): Promise<Share | null>
}

/** Each but the last met another one that made a link at the same time. */
const tries = 8

export function createShares(deps: {
  table: Table
  /** Epoch seconds. */
  now(): number
}): Shares {
  const { table, now } = deps
  const TableName = table.name
  const holds = ({ expiresAt = Number.POSITIVE_INFINITY }: Share) => expiresAt > now()

  async function list(videoId: string): Promise<Share[]> {
    const items = await table.query(metaKey(videoId).pk, sharePrefix, { consistent: true })
    const shares = items.map(fromShareItem).filter(holds)
    return shares.sort((a, b) => a.createdAt - b.createdAt)
  }

  async function readMeta(videoId: string): Promise<Meta | null> {
    const item = await table.get(metaKey(videoId), { consistent: true })
    const meta = item ? fromMetaItem(item) : null
    return meta?.state === 'deleting' ? null : meta
  }

  /** Of a video that is not being deleted: no record is written behind the sweep. */
  const change = (videoId: string, expression: string, condition = '', values = {}): Write => ({
    Update: {
      TableName,
      Key: metaKey(videoId),
      UpdateExpression: expression,
      ConditionExpression: `attribute_exists(pk) AND #state <> :deleting${condition}`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':deleting': 'deleting', ':one': 1, ...values },
    },
  })

  return {
    list,
    async create(videoId, { label, expiresAt }) {
      const share: Share = {
        shareId: toShareId(randomBytes(24)),
        secret: toBase62(randomBytes(24)),
        createdAt: now(),
        ...(label === undefined ? {} : { label }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }
      const put = { Put: { TableName, Item: toShareItem(videoId, share) } }
      for (let attempt = 1; attempt <= tries; attempt++) {
        const meta = await readMeta(videoId)
        if (!meta) return null
        if ((await list(videoId)).length >= maxShares) {
          throw new MillraceError('state-conflict', {
            message: `A video has at most ${maxShares} share links. Take one back first.`,
          })
        }
        const { sharesMade } = meta
        const unchanged =
          sharesMade === undefined
            ? change(videoId, 'ADD sharesMade :one', ' AND attribute_not_exists(sharesMade)')
            : change(videoId, 'ADD sharesMade :one', ' AND sharesMade = :made', {
                ':made': sharesMade,
              })
        if ((await table.transact([put, unchanged])).done) return share
      }
      throw new MillraceError('state-conflict')
    },
    async remove(videoId, shareId) {
      await table.transact([
        {
          Delete: {
            TableName,
            Key: shareKey(videoId, shareId),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
        change(videoId, 'ADD epoch :one, version :one'),
      ])
      return readMeta(videoId)
    },
    async read(videoId, token) {
      const given = readShareToken(token)
      if (!given) return null
      const item = await table.get(shareKey(videoId, given.shareId), { consistent: true })
      const share = item ? fromShareItem(item) : null
      return share && sameText(given.secret, share.secret) && holds(share) ? share : null
    },
  }
}
