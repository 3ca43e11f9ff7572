// Accounts, sessions, keys and what was done as the API shows them. Pure.
import type {
  AccountView,
  AuditView,
  InvitationView,
  KeyView,
  Quota,
  SessionView,
} from '#domain/account.ts'
import type { ApiKey, Invitation, Profile, Session } from '#domain/account-item.ts'
import { isoOf } from '#domain/iso-date.ts'
import type { KnownEntry } from '#platform/audit.ts'
import { quotaOf } from '#platform/quota.ts'

export function accountView(profile: Profile, defaultQuota: Quota): AccountView {
  const { userId, email, name, role, picture } = profile
  return {
    ...{ userId, email, name, role },
    language: profile.language ?? null,
    disabled: profile.disabled ?? false,
    secondFactor: profile.secondFactor ?? false,
    quota: quotaOf(profile, defaultQuota),
    pictureUrl: picture ? `/api/users/${userId}/picture?version=${picture}` : null,
    createdAt: isoOf(profile.createdAt),
  }
}

export const sessionView = (session: Session, currentId: string | null): SessionView => ({
  sessionId: session.sessionId,
  client: session.client,
  createdAt: isoOf(session.createdAt),
  usedAt: isoOf(session.rotatedAt),
  current: session.sessionId === currentId,
})

export function keyView({ keyId, name, scopes, ...key }: ApiKey): KeyView {
  return {
    ...{ keyId, name, scopes },
    createdAt: isoOf(key.createdAt),
    lastUsedAt: key.lastUsedAt === undefined ? null : isoOf(key.lastUsedAt),
    expiresAt: key.expiresAt === undefined ? null : isoOf(key.expiresAt),
  }
}

export const invitationView = ({
  invitationId,
  role,
  ...invitation
}: Invitation): InvitationView => ({
  invitationId,
  role,
  email: invitation.email ?? null,
  createdAt: isoOf(invitation.createdAt),
  expiresAt: isoOf(invitation.expiresAt),
})

export const auditView = (
  { entryId, at, userId, action, ...entry }: KnownEntry,
  names: ReadonlyMap<string, string>,
): AuditView => ({
  ...{ entryId, at, userId, action },
  name: names.get(userId) ?? null,
  keyId: entry.keyId ?? null,
  target: entry.target ?? null,
  targetName: names.get(entry.target ?? '') ?? null,
  detail: entry.detail ?? null,
})
