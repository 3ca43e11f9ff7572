// Who asks: every app takes this as a function of the request, so that accounts can come without touching an app.
import { MillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'

/** The id of the person behind a request. */
export type Identify = (request: Request) => string | Promise<string>

export const soleOwnerId = 'owner'

/** An installation of one person, or one behind a proxy that lets only the right people in. */
export const soleOwner: Identify = () => soleOwnerId

/** The video, if it is there for this person. A deleting one and somebody else's look like none. */
export function visibleTo(ownerId: string, meta: Meta | null): Meta | null {
  return meta && meta.ownerId === ownerId && meta.state !== 'deleting' ? meta : null
}

/** @throws MillraceError `video-not-found` */
export function requireVisible(ownerId: string, meta: Meta | null): Meta {
  const visible = visibleTo(ownerId, meta)
  if (!visible) throw new MillraceError('video-not-found')
  return visible
}
