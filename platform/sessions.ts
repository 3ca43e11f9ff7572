// Sessions: who is signed in where. Each is refreshed by an opaque token that is good once; the table knows its hash alone. One that
// is used again was stolen, by whoever used it first or second: the session ends. Two tabs that ask at the same moment are no thieves.
import { randomBytes } from 'node:crypto'
import {
  fromSessionItem,
  type Session,
  sessionKey,
  sessionPrefix,
  toSessionItem,
} from '#domain/account-item.ts'
import { ownerPartition } from '#domain/item.ts'
import { hashOf, sameText } from './hash.ts'
import type { Log } from './log.ts'
import type { Table } from './table.ts'

/** Of a session nobody uses. */
export const sessionSeconds = 30 * 24 * 3600
/** Of any session, however much it is used: then its person signs in again (ASVS 5.0 §7.3.2). */
export const longestSessionSeconds = 90 * 24 * 3600
/** In which the token before the last still counts: a second tab, or an answer that was lost on its way. */
export const graceSeconds = 10
const secretBytes = 32
const idBytes = 16
const longestClient = 200

export interface SessionTokens {
  userId: string
  sessionId: string
  /** Null within the grace: whoever asked first has the next one. */
  refreshToken: string | null
}

export interface Sessions {
  create(
    userId: string,
    client: string,
    now: number,
  ): Promise<SessionTokens & { refreshToken: string }>
  /** Null for what is no token, has ended, or was used before; the last ends its session. */
  refresh(token: string, now: number): Promise<SessionTokens | null>
  /** Those that have not ended, the latest used first. */
  list(userId: string, now: number): Promise<Session[]>
  /** Whether it has not ended. */
  holds(userId: string, sessionId: string, now: number): Promise<boolean>
  end(userId: string, sessionId: string): Promise<void>
  /** The session that a token refreshes, or did before it was used. */
  endBy(token: string, now: number): Promise<void>
  /** But for one, where that is given. */
  endAll(userId: string, except?: string): Promise<void>
}

const random = (bytes: number) => randomBytes(bytes).toString('base64url')

/** Names the record, so that no index is asked. */
const tokenForm = /^([\w-]{1,64})\.([\w-]{22})\.([\w-]{43})$/

function readToken(token: string) {
  const [, userId, sessionId, secret] = tokenForm.exec(token) ?? []
  return userId && sessionId && secret ? { userId, sessionId, hash: hashOf(secret) } : null
}

export interface SessionsDeps {
  table: Table
  /** Where a theft is told. */
  log?: Log
}

export function createSessions({ table, log }: SessionsDeps): Sessions {
  const tokensOf = ({ userId, sessionId }: Session, secret: string) => {
    return { userId, sessionId, refreshToken: `${userId}.${sessionId}.${secret}` }
  }

  async function read(userId: string, sessionId: string, now: number): Promise<Session | null> {
    const item = await table.get(sessionKey(userId, sessionId), { consistent: true })
    const session = item ? fromSessionItem(item) : null
    return session && session.expiresAt > now ? session : null
  }

  const all = async (userId: string) =>
    (await table.query(ownerPartition(userId), sessionPrefix, { consistent: true })).map(
      fromSessionItem,
    )

  /** Null when somebody else has refreshed it meanwhile. */
  async function rotate(session: Session, now: number): Promise<SessionTokens | null> {
    const secret = random(secretBytes)
    const { done } = await table.update(sessionKey(session.userId, session.sessionId), {
      UpdateExpression:
        'SET tokenHash = :next, previousHash = :used, rotatedAt = :now, expiresAt = :expiresAt',
      ConditionExpression: 'tokenHash = :used',
      ExpressionAttributeValues: {
        ':next': hashOf(secret),
        ':used': session.tokenHash,
        ':now': now,
        ':expiresAt': Math.ceil(
          Math.min(now + sessionSeconds, session.createdAt + longestSessionSeconds),
        ),
      },
    })
    return done ? tokensOf(session, secret) : null
  }

  async function end(userId: string, sessionId: string): Promise<void> {
    await table.remove(sessionKey(userId, sessionId))
  }

  return {
    async create(userId, client, now) {
      const secret = random(secretBytes)
      const session: Session = {
        userId,
        sessionId: random(idBytes),
        tokenHash: hashOf(secret),
        rotatedAt: now,
        createdAt: now,
        client: client.slice(0, longestClient),
        expiresAt: Math.ceil(now) + sessionSeconds,
      }
      await table.create(toSessionItem(session))
      return tokensOf(session, secret)
    },
    async refresh(token, now) {
      const given = readToken(token)
      if (!given) return null
      const { userId, sessionId, hash: used } = given
      const session = await read(userId, sessionId, now)
      if (!session) return null
      if (sameText(used, session.tokenHash)) {
        const rotated = await rotate(session, now)
        if (rotated) return rotated
        // The other tab was quicker by a moment.
        return (await read(userId, sessionId, now))
          ? { userId, sessionId, refreshToken: null }
          : null
      }
      const isLate =
        sameText(used, session.previousHash ?? '') && now - session.rotatedAt <= graceSeconds
      if (isLate) return { userId, sessionId, refreshToken: null }
      await end(userId, sessionId)
      log?.warn('a refresh token came twice: its session ends', { userId })
      return null
    },
    async list(userId, now) {
      return (await all(userId))
        .filter(({ expiresAt }) => expiresAt > now)
        .sort((a, b) => b.rotatedAt - a.rotatedAt)
    },
    holds: async (userId, sessionId, now) => (await read(userId, sessionId, now)) !== null,
    end,
    async endBy(token, now) {
      const given = readToken(token)
      if (!given) return
      const { userId, sessionId, hash: used } = given
      const session = await read(userId, sessionId, now)
      const hashes = [session?.tokenHash, session?.previousHash]
      if (hashes.some(hash => hash && sameText(hash, used))) await end(userId, sessionId)
    },
    async endAll(userId, except) {
      const ending = (await all(userId)).filter(({ sessionId }) => sessionId !== except)
      await table.removeMany(ending.map(({ sessionId }) => sessionKey(userId, sessionId)))
    },
  }
}
