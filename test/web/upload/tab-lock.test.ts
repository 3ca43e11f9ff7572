// One tab sends a file at a time, by the browser's locks; where a browser has or allows none, nothing waits for them.
import { afterEach, expect, it, vi } from 'vitest'
import { claimedUploads, claimUpload } from '../../../web/src/upload/tab-lock.ts'

afterEach(() => vi.unstubAllGlobals())

/** The Web Locks API as far as it is used, of one browser. */
function createLocks() {
  const held = new Set<string>()
  return {
    async request(
      name: string,
      _options: { ifAvailable: true },
      use: (lock: object | null) => Promise<void> | undefined,
    ) {
      if (held.has(name)) return use(null)
      held.add(name)
      await use({})
      held.delete(name)
    },
    query: async () => ({ held: [...held].map(name => ({ name })) }),
  }
}

it('gives a file to one, and to the next when that one lets go', async () => {
  vi.stubGlobal('navigator', { locks: createLocks() })
  const release = await claimUpload('lake')
  expect(await claimUpload('lake')).toBeNull()
  expect(await claimUpload('sea')).not.toBeNull()
  expect(await claimedUploads()).toEqual(new Set(['lake', 'sea']))
  release?.()
  await expect.poll(() => claimUpload('lake')).not.toBeNull()
})

it.each([
  ['has no locks', {}],
  [
    'refuses them',
    {
      locks: {
        request: () => Promise.reject(new DOMException('denied', 'SecurityError')),
        query: () => Promise.reject(new DOMException('denied', 'SecurityError')),
      },
    },
  ],
])('lets everybody send where the browser %s', async (_, navigator) => {
  vi.stubGlobal('navigator', navigator)
  expect(await claimUpload('lake')).not.toBeNull()
  expect(await claimUpload('lake')).not.toBeNull()
  expect(await claimedUploads()).toEqual(new Set())
})
