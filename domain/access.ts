// Who may do what: one table of rules, asked by every function. Pure; it knows nothing of requests, tokens or records.
import type { Visibility } from './video.ts'

/** `guest`: watches what is public or shared. `user`: has videos of their own. `admin`: everything, of everybody. */
export const roles = ['admin', 'user', 'guest'] as const
export type Role = (typeof roles)[number]

/** What a machine's key is good for; `admin` is good for all that its owner may. */
export const scopes = ['upload', 'read', 'admin'] as const
export type Scope = (typeof scopes)[number]

export interface Actor {
  /** Null: nobody has signed in. */
  userId: string | null
  role: Role
  /** Of a machine's key; null for a person. */
  scopes: readonly Scope[] | null
  /** The key's id; null for a person. */
  keyId: string | null
  /** Of a person who has signed in; null for a machine. */
  sessionId: string | null
}

export const nobody: Actor = {
  ...{ userId: null, role: 'guest', scopes: null, keyId: null, sessionId: null },
}

/** Of one video. */
export const videoActions = ['watch', 'read', 'change', 'delete', 'share', 'rerun'] as const
export type VideoAction = (typeof videoActions)[number]

/** Of a person's own things, and of the installation. */
export const plainActions = [
  'list-own',
  'upload',
  'import',
  'account',
  'keys',
  'users',
  'operations',
] as const
export type PlainAction = (typeof plainActions)[number]

/** `sign-in`: nobody has; somebody might. `not-found`: there is no such thing, as far as this actor may know. */
export type Answer = 'allowed' | 'sign-in' | 'forbidden' | 'not-found'

const scopeOf: Record<VideoAction | PlainAction, Scope> = {
  watch: 'read',
  read: 'read',
  'list-own': 'read',
  upload: 'upload',
  import: 'upload',
  change: 'upload',
  delete: 'upload',
  share: 'upload',
  rerun: 'admin',
  account: 'admin',
  keys: 'admin',
  users: 'admin',
  operations: 'admin',
}

const hasScope = ({ scopes }: Actor, action: VideoAction | PlainAction): boolean =>
  scopes === null || scopes.includes('admin') || scopes.includes(scopeOf[action])

const forAdmins = new Set<PlainAction>(['users', 'operations'])
/** A guest has an account, and nothing else. */
const forGuests = new Set<PlainAction>(['account'])
/** A key that could make keys, or change a password, would outlive its own end. */
const forPersons = new Set<PlainAction>(['account', 'keys'])

export function mayDo(actor: Actor, action: PlainAction): Exclude<Answer, 'not-found'> {
  if (actor.userId === null) return 'sign-in'
  if (actor.scopes !== null && forPersons.has(action)) return 'forbidden'
  if (!hasScope(actor, action)) return 'forbidden'
  if (actor.role === 'admin') return 'allowed'
  if (forAdmins.has(action)) return 'forbidden'
  if (actor.role === 'guest' && !forGuests.has(action)) return 'forbidden'
  return 'allowed'
}

/** Whether some who could see a video cannot any more: their playback links must end, too. */
export const shutsOut = (from: Visibility, to: Visibility): boolean =>
  to === 'private' && from !== 'private'

export interface VideoFacts {
  ownerId: string
  visibility: Visibility
  /** The actor came by a share link that still holds. */
  shared: boolean
}

/** What whoever finds a video may do with it; whoever may not find it is told that it is not there. */
export function mayDoTo(actor: Actor, action: VideoAction, video: VideoFacts): Answer {
  const mine = actor.userId !== null && (actor.userId === video.ownerId || actor.role === 'admin')
  if (mine && actor.role !== 'guest') return ownerMay(actor, action)
  const found = video.visibility !== 'private' || video.shared
  if (!found) return 'not-found'
  if (action === 'watch' || action === 'read')
    return hasScope(actor, action) ? 'allowed' : 'forbidden'
  return actor.userId === null ? 'sign-in' : 'forbidden'
}

function ownerMay(actor: Actor, action: VideoAction): Answer {
  if (action === 'rerun' && actor.role !== 'admin') return 'forbidden'
  return hasScope(actor, action) ? 'allowed' : 'forbidden'
}
