// Who has signed in here, as the whole portal asks it: known before the server answers where this browser remembers, and told at once
// when a session ends or another tab changes it.
import { computed, effect, signal } from '@preact/signals'
import type { AccountView, StandingView } from '#domain/account.ts'
import type { Api } from '../api/client.ts'
import { type Stay, type Staying, stayKey } from '../api/staying.ts'

export type Who = Pick<Stay, 'accounts' | 'account'>

export type Session = ReturnType<typeof createSession>

export interface SessionDeps {
  api: Pick<Api, 'readStanding' | 'signOut'>
  staying: Staying
  /** Forgets what this browser keeps of a person. Never rejects. */
  forget(): Promise<unknown>
  /** Begins the page anew at an address, or where it is: nothing of the person before stays in it. */
  leaveFor(path: string | null): void
}

export function createSession({ api, staying, forget, leaveFor }: SessionDeps) {
  /** Null until it is known. */
  const who = signal<Who | null>(staying.read())
  /** There was a session, and is none any more. */
  const ended = signal(false)
  const standing = signal<StandingView | null>(null)
  staying.onEnded = () => {
    ended.value = true
  }

  function keep(next: Who, fresh: boolean) {
    staying.keep(next, fresh)
    who.value = next
    if (next.account) ended.value = false
  }

  return {
    who,
    ended,
    standing,
    /** Has videos of their own, or may have. */
    mayUpload: computed(() => {
      const at = who.value
      return at !== null && (!at.accounts || (at.account !== null && at.account.role !== 'guest'))
    }),
    isStranger: computed(() => who.value?.accounts === true && who.value.account === null),

    /** Asks the server. Without an answer what is remembered stands. */
    async learn() {
      let told = await api.readStanding().catch(() => null)
      // Of a browser that remembers less than its cookies.
      const renewed = told?.refreshable && (await staying.renew().catch(() => false))
      if (renewed) told = await api.readStanding().catch(() => null)
      if (!told) return
      standing.value = told
      const { accounts, account } = told
      if (accounts && !account && who.peek()?.account) ended.value = true
      else keep({ accounts, account }, false)
    },

    /** Somebody has signed in, or changed what others see of them. @returns false: the page is being left */
    async take(account: AccountView, to: string, fresh = true): Promise<boolean> {
      const before = staying.read()?.account?.userId
      keep({ accounts: true, account }, fresh)
      if (before === undefined || before === account.userId) return true
      await forget()
      leaveFor(to)
      return false
    },

    async signOut() {
      await api.signOut()
      staying.keep({ accounts: true, account: null }, true)
      await forget()
      leaveFor('/')
    },

    /** Resolves when somebody has signed in again; null: no session has ended. */
    whenSignedIn(signal: AbortSignal): Promise<void> | null {
      if (!ended.peek()) return null
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const stop = effect(() => {
        if (!ended.value) resolve()
      })
      const giveUp = () => reject(signal.reason)
      signal.addEventListener('abort', giveUp, { once: true })
      return promise.finally(() => {
        stop()
        signal.removeEventListener('abort', giveUp)
      })
    },

    /** Another tab has signed somebody in or out. */
    onStored(key: string | null) {
      if (key !== null && key !== `millrace.${stayKey}`) return
      const now = staying.read()
      const before = who.peek()?.account?.userId
      if (now?.account?.userId !== before) leaveFor(null)
      else if (now) keep(now, false)
    },
  }
}
