// Whom a video is for, in the table. What shuts somebody out raises its epoch in the same write, so that no link signed afterwards
// is of the epoch that ends; the gate is told by the caller, who may come again where that was cut off.
import { shutsOut } from '#domain/access.ts'
import { MillraceError } from '#domain/errors.ts'
import { fromMetaItem, type Meta, metaKey } from '#domain/item.ts'
import type { Visibility } from '#domain/video.ts'
import type { Table } from './table.ts'

export interface AccessChanges {
  title?: string | undefined
  visibility?: Visibility | undefined
}

/** Each but the last found that somebody else had changed it meanwhile. */
const tries = 5

export interface VideoAccess {
  /**
   * @param seen the video as it was just read
   * @returns it afterwards; null: it is not there any more
   * @throws MillraceError `state-conflict` when others change it all the time
   */
  change(seen: Meta, changes: AccessChanges): Promise<Meta | null>
}

export const createVideoAccess = ({ table }: { table: Table }): VideoAccess => ({
  change: (seen, changes) => change(table, seen, changes),
})

async function change(
  table: Table,
  seen: Meta,
  { title, visibility }: AccessChanges,
): Promise<Meta | null> {
  let meta = seen
  for (let attempt = 1; attempt <= tries; attempt++) {
    const from = meta.visibility ?? 'private'
    const raises = visibility !== undefined && shutsOut(from, visibility)
    const sets = [
      ...(title === undefined ? [] : ['#title = :title']),
      ...(visibility === undefined ? [] : ['#visibility = :visibility']),
    ]
    const unset = from === 'private' ? 'attribute_not_exists(#visibility) OR ' : ''
    const updated = await table.update(metaKey(meta.videoId), {
      UpdateExpression: `SET ${sets.join(', ')} ADD version :one${raises ? ', epoch :one' : ''}`,
      // Of two changes at once the later sees what the earlier made of it, and ends the links that came with that.
      ConditionExpression: `attribute_exists(pk) AND #state <> :deleting${
        visibility === undefined ? '' : ` AND (${unset}#visibility = :from)`
      }`,
      ExpressionAttributeNames: {
        '#state': 'state',
        ...(title === undefined ? {} : { '#title': 'title' }),
        ...(visibility === undefined ? {} : { '#visibility': 'visibility' }),
      },
      ExpressionAttributeValues: {
        ':deleting': 'deleting',
        ':one': 1,
        ...(title === undefined ? {} : { ':title': title }),
        ...(visibility === undefined ? {} : { ':visibility': visibility, ':from': from }),
      },
    })
    if (updated.done) return fromMetaItem(updated.item)
    if (!updated.item) return null
    meta = fromMetaItem(updated.item)
    if (meta.state === 'deleting') return null
  }
  throw new MillraceError('state-conflict')
}
