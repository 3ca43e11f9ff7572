// What an account is to everyone: ids, addresses, quotas, the form of keys and codes, and how often somebody may try. Plain values and
// types, no schema: the portal imports this file.
import type { Role, Scope } from './access.ts'
import type { ErrorCode } from './error-codes.ts'
import type { ImportReason } from './import-reasons.ts'
import { toBase62 } from './video.ts'

/** Who may make an account: anybody, whoever has an invitation, nobody. The first admin's code counts always. */
export const registrations = ['open', 'invited', 'off'] as const
export type Registration = (typeof registrations)[number]

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

/** `owner`: the first admin, who has what was there before accounts were. */
export const userIdPattern = /^(?:owner|u_[0-9A-Za-z]{22})$/

/** @param bytes at least 24, random */
export const toUserId = (bytes: Uint8Array): string => `u_${toBase62(bytes)}`

/** RFC 5321 §4.5.3.1.3: «a reverse-path or forward-path is 256 octets», with its two brackets. */
const longestEmail = 254
const emailForm = /^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+$/u

/** One form for what is the same mailbox to people; null for what is none. Nobody is written to: it is a name to sign in with. */
export function toEmail(text: string): string | null {
  const email = text.trim().normalize('NFKC').toLowerCase()
  return email.length <= longestEmail && emailForm.test(email) && !/\p{Cc}/u.test(email)
    ? email
    : null
}

export const nameMaxLength = 80

/** OWASP ASVS 5.0 §6.2.1 asks for 8 and recommends 15; §6.2.9 for at least 64 that are taken. */
export const passwordLengths = { least: 10, most: 200 }

/** Null: as much as there is. */
export interface Quota {
  bytes: number | null
  minutes: number | null
}
export const noQuota: Quota = { bytes: null, minutes: null }

/** A person as others see them who may: themselves, and admins. */
export interface AccountView {
  userId: string
  email: string
  name: string
  language: Language | null
  role: Role
  /** May not sign in. */
  disabled: boolean
  /** Signing in takes a code of an authenticator app, too. */
  secondFactor: boolean
  /** What holds, whoever has set it. */
  quota: Quota
  pictureUrl: string | null
  createdAt: string
}

/** As admins see somebody: with what they have. */
export interface UserView extends AccountView {
  /** An admin has set it for them; else it is everybody's. */
  quotaSet: boolean
  /** Not `complete`: so much at least, of more videos than are looked at. */
  usage: { videos: number; sizeBytes: number; durationSeconds: number; complete: boolean }
}

/** A page of them; while there is a cursor there may be more. */
export interface UserPage {
  users: UserView[]
  cursor: string | null
}
export const mostUsersAPage = 100

/** What an admin did, or a machine's key. */
export interface AuditView {
  entryId: string
  at: string
  userId: string
  /** Null: there is nobody of that id any more. */
  name: string | null
  keyId: string | null
  action: string
  /** The id of what it was done to. */
  target: string | null
  /** Where that is a person who is still there. */
  targetName: string | null
  detail: string | null
}

/** The newest first; while there is a cursor there may be more. */
export interface AuditPage {
  entries: AuditView[]
  cursor: string | null
}
export const mostEntriesAPage = 200

/** What runs, as admins see it. */
export interface OperationsView {
  version: string
  /** In tasks. `dead`: given up, and still in the dead-letter queue; null where that cannot be told. */
  queues: Record<'fast' | 'bulk', { waiting: number; running: number; dead: number | null }>
  /** Videos with work under way. `ready`: it plays, and is being made again. */
  working: {
    videoId: string
    ownerId: string
    /** Null: there is nobody of that id any more. */
    ownerName: string | null
    title: string
    state: 'queued' | 'processing' | 'ready'
    attempt: number
    createdAt: string
  }[]
  /** What has failed in the last 30 days and was not made since, the newest first, at most fifty. */
  failures: {
    videoId: string
    ownerId: string
    ownerName: string | null
    title: string
    /** `ready`: what played before still does. */
    state: 'failed' | 'ready'
    code: ErrorCode
    message: string
    /** Of `import-refused`. */
    reason?: ImportReason | undefined
    failedAt: string
    /** There is a file to make it from again. */
    canRerun: boolean
  }[]
}

/** Who somebody is here, and what there is to become. */
export interface StandingView {
  accounts: boolean
  account: AccountView | null
  refreshable: boolean
  registration: Registration
  fresh: boolean
  shortestPassword: number
}

/** Of a machine's key; the key itself is shown once, when it is made. */
export interface KeyView {
  keyId: string
  name: string
  scopes: Scope[]
  createdAt: string
  /** To the minute; null: never. */
  lastUsedAt: string | null
  expiresAt: string | null
}

/** Where somebody is signed in. */
export interface SessionView {
  sessionId: string
  /** Of the browser or program, as it named itself. */
  client: string
  createdAt: string
  usedAt: string
  /** The one that asks. */
  current: boolean
}

/** Its code is shown once, when it is made. */
export interface InvitationView {
  invitationId: string
  role: Role
  /** For this address alone; null: for whoever has the link. */
  email: string | null
  createdAt: string
  expiresAt: string
}

export const mostKeys = 50
/** Sets a key apart from everything else, for those who look for lost ones. */
export const keyPrefix = 'millrace_'

/** An invitation counts for a week. */
export const invitationSeconds = 7 * 24 * 3600
/** A link to a new password counts for a day. */
export const passwordLinkSeconds = 24 * 3600

/** How often somebody may try, by what is asked. `burst` at once, then one each `secondsAToken`. */
export const attemptLimits = {
  /**
   * One address of the network, on one account: OWASP's «account lockout» without locking out whose account it is. Slower than the
   * account's own, so that no single address can empty that.
   */
  signInHere: { name: 'sign-in-here', burst: 5, secondsAToken: 300 },
  /** One account, from wherever: ASVS 5.0 §6.3.1. */
  signInAccount: { name: 'sign-in-account', burst: 30, secondsAToken: 120 },
  /** One address of the network, on whichever account. */
  signInAddress: { name: 'sign-in-address', burst: 30, secondsAToken: 10 },
  register: { name: 'register', burst: 10, secondsAToken: 60 },
} as const

/** Ordinary calls: of a key, of a person, of an address nobody has signed in from. */
export const callLimits = {
  key: { name: 'calls-key', burst: 300, secondsAToken: 0.1 },
  user: { name: 'calls-user', burst: 600, secondsAToken: 0.05 },
  address: { name: 'calls-address', burst: 300, secondsAToken: 0.1 },
} as const
