// Tells ECS that this task is at work, so that scaling in ends one that is not. It is asked, never waited for: a task that is
// ended all the same hands its work back. Without an agent (a laptop, another orchestrator) there is nothing to tell.
import type { Log } from '#platform/log.ts'

export interface TaskProtection {
  /** Runs while the task is protected. */
  during<T>(run: () => Promise<T>): Promise<T>
  /** Gives the protection back at once. */
  end(): Promise<void>
}

/** ECS: «ExpiresInMinutes … 1 to 2,880». Short, so that a worker that hangs is not kept for hours. */
const expiresInMinutes = 15
/** Two renewals may be lost. */
const renewEveryMilliseconds = 5 * 60_000
/** Between two messages the protection stays: each change is a call of an API that is throttled. */
const usualIdleMilliseconds = 10_000
const answerWithinMilliseconds = 5000

async function put(agent: string, enabled: boolean): Promise<void> {
  const response = await fetch(`${agent}/task-protection/v1/state`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ProtectionEnabled: enabled,
      ...(enabled ? { ExpiresInMinutes: expiresInMinutes } : {}),
    }),
    signal: AbortSignal.timeout(answerWithinMilliseconds),
  })
  const answer = await response.text()
  // A refusal (a deployment that waits for this task, a missing permission) may come with a status of success.
  if (!response.ok || /"(failure|error)"\s*:/.test(answer)) {
    throw new Error(`${response.status} ${answer.slice(0, 300)}`)
  }
}

/** @param agent `ECS_AGENT_URI`, as ECS sets it in the container */
export function createTaskProtection({
  agent,
  log,
  idleMilliseconds = usualIdleMilliseconds,
}: {
  agent: string | undefined
  log: Log
  idleMilliseconds?: number
}): TaskProtection {
  if (!agent) return { during: run => run(), end: async () => undefined }
  let atWork = 0
  let renewal: NodeJS.Timeout | undefined
  let release: NodeJS.Timeout | undefined
  /** Answers come in the order of the questions: the last word is the one that counts. */
  let told = Promise.resolve()

  function tell(enabled: boolean): Promise<void> {
    told = told
      .then(() => put(agent ?? '', enabled))
      .catch(thrown => {
        log.warn('the task protection was not changed', { enabled, error: String(thrown) })
      })
    return told
  }

  async function end(): Promise<void> {
    clearTimeout(release)
    if (!renewal) return
    clearInterval(renewal)
    renewal = undefined
    await tell(false)
  }

  return {
    async during(run) {
      atWork += 1
      clearTimeout(release)
      if (!renewal) {
        renewal = setInterval(() => void tell(true), renewEveryMilliseconds)
        void tell(true)
      }
      try {
        return await run()
      } finally {
        atWork -= 1
        if (atWork === 0) release = setTimeout(() => void end(), idleMilliseconds)
      }
    },
    end,
  }
}
