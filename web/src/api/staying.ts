// Keeps a person signed in: the access token lasts ten minutes, and a newer one is asked for before it ends, or once the server says
// that it has; once for all who wait. What it knows lies in this browser's storage, so that every tab knows it.
import type { AccountView } from '#domain/account.ts'
import { recall, remember, type Store } from '../memory.ts'
import type { Request } from './client.ts'

export interface Stay {
  /** False: this installation has no accounts. */
  accounts: boolean
  account: AccountView | null
  /** When the access token was made, epoch milliseconds. */
  freshMs: number
}

export const stayKey = 'session'
/** A minute before its end: an event stream is opened, and a video sent, by one that lasts. */
const renewedAfterMs = 9 * 60_000

export interface StayingDeps {
  store: Store
  send: Request
  /** Milliseconds since the epoch. */
  nowMs(): number
}

export type Staying = ReturnType<typeof createStaying>

const isStay = (kept: unknown): kept is Stay =>
  typeof kept === 'object' && kept !== null && 'accounts' in kept && 'freshMs' in kept

const saysSignIn = async (answer: Response): Promise<boolean> =>
  answer.status === 401 && (await readCode(answer)) === 'not-signed-in'

async function readCode(answer: Response): Promise<unknown> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null)
  return Object(body).code
}

export function createStaying({ store, send, nowMs }: StayingDeps) {
  let renewing: Promise<boolean> | null = null
  let endedMs: number | null = null
  const staying = {
    renew,
    /** Told that the session is over: somebody has to sign in. */
    onEnded() {},

    /** Null: nothing is known of this browser. */
    read(): Stay | null {
      const kept = recall(store, stayKey)
      return isStay(kept) ? kept : null
    },

    /** `fresh`: the token was made just now. */
    keep(stay: Pick<Stay, 'accounts' | 'account'>, fresh: boolean) {
      const freshMs = fresh ? nowMs() : (staying.read()?.freshMs ?? 0)
      if (stay.account) endedMs = null
      remember(store, stayKey, { ...stay, freshMs })
    },

    /** Null: the token there is will do. Never rejects: the call itself then says what is wrong. */
    ready(): Promise<unknown> | null {
      const kept = staying.read()
      if (endedMs !== null || !kept?.account || nowMs() - kept.freshMs < renewedAfterMs)
        return renewing
      return renew().catch(() => {})
    },

    /** As `fetch`. */
    async request(path: string, init?: RequestInit): Promise<Response> {
      const wait = staying.ready()
      if (wait) await wait
      const askedMs = nowMs()
      const answer = await send(path, init)
      if (endedMs !== null && endedMs < askedMs) return answer
      const kept = staying.read()
      if (!kept?.account || !(await saysSignIn(answer))) return answer
      // Renewed meanwhile by another call or tab, or it is now. Without a session it is a stranger's call, who may see what is public.
      if (endedMs === null && (staying.read()?.freshMs ?? 0) <= askedMs) await renew()
      return send(path, init)
    },
  }

  /** False: there is nothing to renew it by. Rejects where there was no answer. */
  async function ask(): Promise<boolean> {
    const answer = await send('/api/session/refresh', { method: 'POST' })
    const kept = staying.read()
    if (answer.ok && kept) staying.keep(kept, true)
    if (answer.ok) return true
    if (answer.status !== 401) throw new TypeError()
    endedMs = nowMs()
    staying.onEnded()
    return false
  }

  function renew(): Promise<boolean> {
    renewing ??= ask().finally(() => {
      renewing = null
    })
    return renewing
  }

  return staying
}
