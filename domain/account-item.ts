// The items of people: accounts, their sessions and keys, invitations, limits, and what was done. Both ways, as item.ts has the items
// of videos; no other file spells their keys.
import * as z from 'zod/mini'
import { roles, scopes } from './access.ts'
import { languages } from './account.ts'
import { type ItemKey, ownerPartition, read } from './item.ts'

const nonNegative = z.number().check(z.nonnegative())
const count = z.int().check(z.nonnegative())

export const profileKey = (userId: string): ItemKey => ({
  pk: ownerPartition(userId),
  sk: 'PROFILE',
})
export const pictureKey = (userId: string): ItemKey => ({
  pk: ownerPartition(userId),
  sk: 'PICTURE',
})
export const secondFactorKey = (userId: string): ItemKey => ({
  pk: ownerPartition(userId),
  sk: 'SECOND-FACTOR',
})
export const sessionPrefix = 'SESSION#'
export const sessionKey = (userId: string, sessionId: string): ItemKey => ({
  pk: ownerPartition(userId),
  sk: `${sessionPrefix}${sessionId}`,
})
export const apiKeyPrefix = 'KEY#'
export const apiKeyKey = (userId: string, keyId: string): ItemKey => ({
  pk: ownerPartition(userId),
  sk: `${apiKeyPrefix}${keyId}`,
})
/** The one way back in that holds, where there is one. */
export const passwordLinkKey = (userId: string): ItemKey => ({
  pk: ownerPartition(userId),
  sk: 'PASSWORD-LINK',
})
/** All accounts by address: one each, and the list of them. */
export const rosterPartition = 'ACCOUNTS'
export const rosterKey = (emailHash: string): ItemKey => ({
  pk: rosterPartition,
  sk: `EMAIL#${emailHash}`,
})
export const isRosterSort = (sk: string | null): sk is string =>
  sk !== null && /^EMAIL#[\w-]{1,100}$/.test(sk)
/** There once the first admin is: nobody becomes it a second time. */
export const firstAdminKey: ItemKey = { pk: 'INSTALLATION', sk: 'ADMIN' }
export const invitationPartition = 'INVITATIONS'
export const invitationKey = (invitationId: string): ItemKey => ({
  pk: invitationPartition,
  sk: `INVITATION#${invitationId}`,
})
/** What is limited, and for whom: a hash, for it may be an address. */
export const limitKey = (name: string, subjectHash: string): ItemKey => ({
  pk: `LIMIT#${name}#${subjectHash}`,
  sk: 'NEXT',
})
/** What was done in a month (`2030-01`), in its order. */
export const auditPartition = (month: string): string => `AUDIT#${month}`
export const auditKey = (at: string, apart: string): ItemKey => ({
  pk: auditPartition(at.slice(0, 7)),
  sk: `${at}#${apart}`,
})
/** The answer to a call that names itself, for when it is made again. */
export const onceKey = (userId: string, callHash: string): ItemKey => ({
  pk: ownerPartition(userId),
  sk: `ONCE#${callHash}`,
})

const Quota = z.object({ bytes: z.nullable(count), minutes: z.nullable(count) })

const Profile = z.object({
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  language: z.optional(z.enum(languages)),
  role: z.enum(roles),
  /** PHC form. */
  passwordHash: z.string(),
  disabled: z.optional(z.boolean()),
  /** As an admin has set it; none: the installation's holds. */
  quota: z.optional(Quota),
  /** Signing in takes a code of the second factor, too. */
  secondFactor: z.optional(z.boolean()),
  /** Version of the picture; none: there is no picture. */
  picture: z.optional(count),
  createdAt: nonNegative,
  /** Since when it ends, epoch seconds: its person is out, what it owns goes. */
  endsAt: z.optional(nonNegative),
  /** When the reaper goes on with that. */
  dueAt: z.optional(nonNegative),
})
export type Profile = z.infer<typeof Profile>
export const toProfileItem = (profile: Profile) => ({ ...profileKey(profile.userId), ...profile })
export const fromProfileItem = (item: unknown): Profile => read(Profile, item)

const Picture = z.object({ type: z.string(), base64: z.string() })
export type Picture = z.infer<typeof Picture>
export const fromPictureItem = (item: unknown): Picture => read(Picture, item)

const SecondFactor = z.object({
  /** The secret that its codes are made of: encrypted, as a compact JWE. */
  sealed: z.string(),
  /** Time steps of 30 s since the epoch: the last one whose code was used. */
  lastStep: count,
  /** SHA-256 of the recovery codes that are left; none before it is in force. */
  recoveryHashes: z.optional(z.array(z.string())),
})
export type SecondFactor = z.infer<typeof SecondFactor>
export const fromSecondFactorItem = (item: unknown): SecondFactor => read(SecondFactor, item)

const RosterEntry = z.object({ userId: z.string() })
export const fromRosterItem = (item: unknown) => read(RosterEntry, item)

const Session = z.object({
  userId: z.string(),
  sessionId: z.string(),
  /** SHA-256 of the token that refreshes it, and of the one before it. */
  tokenHash: z.string(),
  previousHash: z.optional(z.string()),
  rotatedAt: nonNegative,
  createdAt: nonNegative,
  /** Of the browser or program, as it named itself. */
  client: z.string(),
  expiresAt: count,
})
export type Session = z.infer<typeof Session>
export const toSessionItem = (session: Session) => ({
  ...sessionKey(session.userId, session.sessionId),
  ...session,
})
export const fromSessionItem = (item: unknown): Session => read(Session, item)

const ApiKey = z.object({
  userId: z.string(),
  keyId: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  /** SHA-256. */
  secretHash: z.string(),
  createdAt: nonNegative,
  /** To the minute. */
  lastUsedAt: z.optional(nonNegative),
  expiresAt: z.optional(count),
})
export type ApiKey = z.infer<typeof ApiKey>
export const toApiKeyItem = (key: ApiKey) => ({ ...apiKeyKey(key.userId, key.keyId), ...key })
export const fromApiKeyItem = (item: unknown): ApiKey => read(ApiKey, item)

const Invitation = z.object({
  invitationId: z.string(),
  /** SHA-256 of the code. */
  codeHash: z.string(),
  role: z.enum(roles),
  /** For whom, where it is for one address alone. */
  email: z.optional(z.string()),
  invitedBy: z.string(),
  createdAt: nonNegative,
  expiresAt: count,
})
export type Invitation = z.infer<typeof Invitation>
export const toInvitationItem = (invitation: Invitation) => ({
  ...invitationKey(invitation.invitationId),
  ...invitation,
})
export const fromInvitationItem = (item: unknown): Invitation => read(Invitation, item)

const PasswordLink = z.object({
  /** SHA-256. */
  codeHash: z.string(),
  /** The admin; nobody: the operator. */
  madeBy: z.optional(z.string()),
  expiresAt: count,
})
export const fromPasswordLinkItem = (item: unknown) => read(PasswordLink, item)

/** When the bucket would be full again, epoch seconds. */
const Limit = z.object({ fullAt: nonNegative })
export const fromLimitItem = (item: unknown) => read(Limit, item)

const AuditEntry = z.object({
  /** ISO 8601. */
  at: z.string(),
  userId: z.string(),
  /** Where a machine's key did it. */
  keyId: z.optional(z.string()),
  /** A word for what was done; for a call that has none, the call itself. */
  action: z.string(),
  /** An id. */
  target: z.optional(z.string()),
  detail: z.optional(z.string()),
  expiresAt: count,
})
export type AuditEntry = z.infer<typeof AuditEntry>
/** @param apart from others of the same moment */
export const toAuditItem = (entry: AuditEntry, apart: string) => ({
  ...auditKey(entry.at, apart),
  ...entry,
})
const AuditItem = z.extend(AuditEntry, { sk: z.string() })
/** Its id sorts as it does. */
export function fromAuditItem(item: unknown): AuditEntry & { entryId: string } {
  const { sk: entryId, ...entry } = read(AuditItem, item)
  return { ...entry, entryId }
}

const Once = z.object({
  /** SHA-256 of what was asked: the same name for something else is a mistake. */
  requestHash: z.string(),
  /** None while the first call is still being answered. */
  status: z.optional(count),
  body: z.optional(z.string()),
  expiresAt: count,
})
export type Once = z.infer<typeof Once>
export const fromOnceItem = (item: unknown): Once => read(Once, item)
