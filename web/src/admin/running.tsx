// What runs at the moment: how much waits, and which videos are being worked at, of whom. Looked at again every few seconds.
import { useEffect } from 'preact/hooks'
import type { OperationsView } from '#domain/account.ts'
import type { Loaded } from '../account/loaded.ts'
import { Part } from '../account/part.tsx'
import { words } from '../account/words.ts'
import { paths } from '../route.ts'

const text = words.admin
const lookEveryMs = 5_000

export function Running({ loaded }: { loaded: Loaded<OperationsView> }) {
  const { value, wrong, again } = loaded
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void again()
    }, lookEveryMs)
    return () => clearInterval(timer)
  }, [])
  const now = value.value
  const dead = now ? (now.queues.fast.dead ?? 0) + (now.queues.bulk.dead ?? 0) : 0
  return (
    <Part title={text.running} wrong={wrong} onRetry={again}>
      {now && (
        <>
          <p>
            {text.tasks(
              now.queues.fast.waiting + now.queues.bulk.waiting,
              now.queues.fast.running + now.queues.bulk.running,
            )}
          </p>
          {dead > 0 && <p class="wrong">{text.deadLetters(dead)}</p>}
          <ul class="account-list">
            {now.working.map(({ videoId, ownerId, ownerName, title, state }) => (
              <li key={videoId}>
                <div class="account-what">
                  <a href={paths.watch(videoId)} dir="auto">
                    {title}
                  </a>
                  <p>{text.workOf(ownerName ?? ownerId, text.workStates[state])}</p>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Part>
  )
}
