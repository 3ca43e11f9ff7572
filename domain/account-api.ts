// The HTTP contract of accounts as schemas, as api.ts has the one of videos.
import * as z from 'zod/mini'
import { roles, scopes } from './access.ts'
import {
  type AccountView as Account,
  type AuditPage as Audit,
  type InvitationView as Invitation,
  type KeyView as Key,
  languages,
  mostEntriesAPage,
  mostUsersAPage,
  nameMaxLength,
  type OperationsView as Operations,
  passwordLengths,
  registrations,
  type SessionView as Session,
  type StandingView as Standing,
  type UserView as User,
  type UserPage as Users,
  userIdPattern,
} from './account.ts'
import { errorCodes } from './error-codes.ts'
import { importReasons } from './import-reasons.ts'

const count = z.int().check(z.nonnegative())
const nullable = z.nullable
const dateTime = z.iso.datetime()
const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max))
const plain = (max: number) =>
  z.string().check(
    z.trim(),
    z.minLength(1),
    z.refine(value => [...value].length <= max, `at most ${max} characters`),
    z.refine(value => !/\p{Cc}/u.test(value), 'no control characters'),
  )
/** Its length is judged with its strength: then the answer says what is wrong with it. */
const password = text(passwordLengths.most * 4)

export const Register = z.strictObject({
  email: text(300),
  password,
  name: plain(nameMaxLength),
  /** Of an invitation, or the first admin's. */
  code: z.optional(text(200)),
})
/** Of an authenticator app, or a recovery code; spaces and hyphens do not matter. */
const factorCode = text(40)
export const SignIn = z.strictObject({
  email: text(300),
  password,
  /** Where the account has a second factor. */
  code: z.optional(factorCode),
})
export const ConfirmSecondFactor = z.strictObject({ code: factorCode })
export const RemoveSecondFactor = z.strictObject({ password, code: factorCode })
/** For an authenticator app, as text and as the address in a QR code. It is in force once a code of it has come back. */
export const BegunSecondFactor = z.object({ secret: z.string(), uri: z.string() })
/** Shown this once; each is good once. */
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })
export const ChangePassword = z.strictObject({ current: password, next: password })
/** So that an open browser is not enough. */
export const ConfirmPassword = z.strictObject({ password })
/** By a link that an admin made. */
export const SetPassword = z.strictObject({ code: text(200), password })
/** `code` is shown this once. */
export const PasswordLink = z.object({ code: z.string(), expiresAt: dateTime })
export const ChangeAccount = z.strictObject({
  name: z.optional(plain(nameMaxLength)),
  language: z.optional(z.enum(languages)),
})

const Quota = z.object({ bytes: nullable(count), minutes: nullable(count) })

export const AccountView = z.object({
  userId: z.string().check(z.regex(userIdPattern)),
  email: z.string(),
  name: z.string(),
  language: nullable(z.enum(languages)),
  role: z.enum(roles),
  disabled: z.boolean(),
  secondFactor: z.boolean(),
  quota: Quota,
  pictureUrl: nullable(z.string()),
  createdAt: dateTime,
}) satisfies z.ZodMiniType<Account>

/** What whoever comes may know, and who they are here. */
export const StandingView = z.object({
  /** False: there are none, and whoever gets here may everything. */
  accounts: z.boolean(),
  /** Null: nobody has signed in, or not any more. */
  account: nullable(AccountView),
  /** The access token has run out, and there is another to refresh it by. */
  refreshable: z.boolean(),
  registration: z.enum(registrations),
  /** There is no admin yet: whoever has the code printed at the start becomes it. */
  fresh: z.boolean(),
  shortestPassword: count,
}) satisfies z.ZodMiniType<Standing>

export const SessionView = z.object({
  sessionId: z.string(),
  client: z.string(),
  createdAt: dateTime,
  usedAt: dateTime,
  current: z.boolean(),
}) satisfies z.ZodMiniType<Session>
export const SessionList = z.object({ sessions: z.array(SessionView) })

export const CreateKey = z.strictObject({
  name: plain(nameMaxLength),
  scopes: z.array(z.enum(scopes)).check(z.minLength(1), z.maxLength(scopes.length)),
  expiresInDays: z.optional(z.int().check(z.minimum(1), z.maximum(3650))),
})
export const KeyView = z.object({
  keyId: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  createdAt: dateTime,
  lastUsedAt: nullable(dateTime),
  expiresAt: nullable(dateTime),
}) satisfies z.ZodMiniType<Key>
export const KeyList = z.object({ keys: z.array(KeyView) })
/** `key` is shown this once. */
export const CreatedKey = z.extend(KeyView, { key: z.string() })

export const Ticket = z.object({ ticket: z.string(), expiresAt: dateTime })

const UserView = z.extend(AccountView, {
  quotaSet: z.boolean(),
  usage: z.object({
    videos: count,
    sizeBytes: count,
    durationSeconds: z.number(),
    /** False: so much at least, of more videos than are looked at. */
    complete: z.boolean(),
  }),
}) satisfies z.ZodMiniType<User>
export const UserPage = z.object({
  users: z.array(UserView),
  cursor: nullable(z.string()),
}) satisfies z.ZodMiniType<Users>
const pageQuery = (most: number) =>
  z.strictObject({
    cursor: z.optional(text(300)),
    limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(most)), 50),
  })
export const UsersQuery = pageQuery(mostUsersAPage)

const depth = z.object({ waiting: count, running: count, dead: nullable(count) })
export const OperationsView = z.object({
  version: z.string(),
  queues: z.object({ fast: depth, bulk: depth }),
  working: z.array(
    z.object({
      videoId: z.string(),
      ownerId: z.string(),
      ownerName: nullable(z.string()),
      title: z.string(),
      state: z.enum(['queued', 'processing', 'ready']),
      attempt: count,
      createdAt: dateTime,
    }),
  ),
  failures: z.array(
    z.object({
      videoId: z.string(),
      ownerId: z.string(),
      ownerName: nullable(z.string()),
      title: z.string(),
      state: z.enum(['failed', 'ready']),
      code: z.enum(errorCodes),
      message: z.string(),
      reason: z.optional(z.enum(importReasons)),
      failedAt: dateTime,
      canRerun: z.boolean(),
    }),
  ),
}) satisfies z.ZodMiniType<Operations>
export const ChangeUser = z.strictObject({
  role: z.optional(z.enum(roles)),
  disabled: z.optional(z.boolean()),
  /** Null: everybody's again. */
  quota: z.optional(nullable(Quota)),
  /** Takes it away, for whoever has lost it. */
  secondFactor: z.optional(z.literal(false)),
})

export const CreateInvitation = z.strictObject({
  role: z.enum(roles),
  /** For this address alone. */
  email: z.optional(text(300)),
})
export const InvitationView = z.object({
  invitationId: z.string(),
  role: z.enum(roles),
  email: nullable(z.string()),
  createdAt: dateTime,
  expiresAt: dateTime,
}) satisfies z.ZodMiniType<Invitation>
export const InvitationList = z.object({ invitations: z.array(InvitationView) })
/** `code` is shown this once. */
export const CreatedInvitation = z.extend(InvitationView, { code: z.string() })

export const AuditQuery = pageQuery(mostEntriesAPage)
export const AuditPage = z.object({
  entries: z.array(
    z.object({
      entryId: z.string(),
      at: dateTime,
      userId: z.string(),
      name: nullable(z.string()),
      keyId: nullable(z.string()),
      action: z.string(),
      target: nullable(z.string()),
      targetName: nullable(z.string()),
      detail: nullable(z.string()),
    }),
  ),
  cursor: nullable(z.string()),
}) satisfies z.ZodMiniType<Audit>
