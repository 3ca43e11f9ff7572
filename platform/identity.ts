// Who asks, and whether they may: every app takes `identify` as a function of the request and asks the one table of rules.
import {
  type Actor,
  type Answer,
  mayDo,
  mayDoTo,
  type PlainAction,
  type VideoAction,
} from '#domain/access.ts'
import { type ErrorCode, MillraceError } from '#domain/errors.ts'
import type { Meta, Share } from '#domain/item.ts'

/**
 * Who is behind a request. Throws MillraceError `not-signed-in` for what was given and does not hold (any more): nobody is quietly
 * made a stranger.
 */
export type Identify = (request: Request) => Actor | Promise<Actor>

export interface Doors {
  identify: Identify
  /** The link to a video, given out by its owner, that a token is of, if it still holds. Default: there are no such links. */
  readShare?(videoId: string, token: string): Promise<Pick<Share, 'expiresAt'> | null>
}

export type Person = Actor & { userId: string }

/** Owns what was there before accounts; the first admin takes it over by having the same id. */
export const soleOwnerId = 'owner'

const owner: Person = {
  ...{ userId: soleOwnerId, role: 'admin', scopes: null, keyId: null, sessionId: null },
}

/** An installation without accounts: of one person, or behind a proxy that lets only the right people in. */
export const soleOwner: Identify = () => owner

function refuseUnless(answer: Exclude<Answer, 'not-found'>): void {
  if (answer === 'sign-in') throw new MillraceError('not-signed-in')
  if (answer === 'forbidden') throw new MillraceError('forbidden')
}

/** @throws MillraceError `not-signed-in`, `forbidden` */
export async function requireAction(
  { identify }: Doors,
  request: Request,
  action: PlainAction,
): Promise<Person> {
  const actor = await identify(request)
  refuseUnless(mayDo(actor, action))
  const { userId } = actor
  if (userId === null) throw new MillraceError('not-signed-in')
  return { ...actor, userId }
}

const shareOf = (request: Request): string | null => new URL(request.url).searchParams.get('share')

async function answerFor(
  { readShare }: Doors,
  { actor, share, action }: Asking,
  meta: Meta,
): Promise<{ answer: Answer; until: number | null }> {
  const { videoId, ownerId, visibility = 'private' } = meta
  const without = mayDoTo(actor, action, { ownerId, visibility, shared: false })
  const found = without === 'not-found' && share ? await readShare?.(videoId, share) : null
  if (!found) return { answer: without, until: null }
  const answer = mayDoTo(actor, action, { ownerId, visibility, shared: true })
  return { answer, until: found.expiresAt ?? null }
}

/** Who asks for a video: the same for all that is read of it afterwards. */
export interface Asking {
  actor: Actor
  /** Token of a share link. */
  share: string | null
  action: VideoAction
}

/** @param share where it does not stand in the request's own address */
export async function asking(
  doors: Doors,
  request: Request,
  action: VideoAction,
  share = shareOf(request),
): Promise<Asking> {
  return { actor: await doors.identify(request), share, action }
}

export interface Found {
  meta: Meta
  /** Epoch seconds: when the share link by which it was found ends. Null: never, or it needed none. */
  until: number | null
}

/**
 * The video, or null where there is none for whoever asks: one that must not be found looks like none, and so does one that is
 * being deleted, but to whoever deletes it again.
 * @throws MillraceError `not-signed-in`, `forbidden`
 */
export async function findShown(
  doors: Doors,
  who: Asking,
  meta: Meta | null,
): Promise<Found | null> {
  if (!meta || (meta.state === 'deleting' && who.action !== 'delete')) return null
  const { answer, until } = await answerFor(doors, who, meta)
  if (answer === 'not-found') return null
  refuseUnless(answer)
  return { meta, until }
}

/** The same, for whom it does not matter how it was found. */
export const findVideo = async (...asked: Parameters<typeof findShown>): Promise<Meta | null> =>
  (await findShown(...asked))?.meta ?? null

/** @throws MillraceError `video-not-found`, `not-signed-in`, `forbidden` */
export async function requireShown(...asked: Parameters<typeof findShown>): Promise<Found> {
  const found = await findShown(...asked)
  if (!found) throw new MillraceError('video-not-found')
  return found
}

/**
 * @param missing the code for what is not there
 * @throws MillraceError `missing`, `not-signed-in`, `forbidden`
 */
export async function requireVideo(
  doors: Doors,
  who: Asking,
  meta: Meta | null,
  missing: ErrorCode = 'video-not-found',
): Promise<Meta> {
  const found = await findVideo(doors, who, meta)
  if (!found) throw new MillraceError(missing)
  return found
}

/** Whether whoever asks may change the video, too: what a page offers. */
export function mayChange(actor: Actor, { ownerId, visibility = 'private' }: Meta): boolean {
  return mayDoTo(actor, 'change', { ownerId, visibility, shared: false }) === 'allowed'
}
