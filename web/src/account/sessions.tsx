// Where a person is signed in, and how to end it there.
import type { SessionView } from '#domain/account.ts'
import { announce } from '../look/announce.tsx'
import { usePortal } from '../portal-context.ts'
import { readClient } from './client-name.ts'
import { Wrong } from './fields.tsx'
import type { Loaded } from './loaded.ts'
import { formatMoment } from './moment.ts'
import { Part } from './part.tsx'
import { useSubmit } from './submit.ts'
import { words } from './words.ts'

const text = words.account

function nameOf(userAgent: string): string {
  const { browser, system } = readClient(userAgent)
  return browser && system ? text.client(browser, system) : (browser ?? text.unknownClient)
}

export function Sessions({ loaded }: { loaded: Loaded<SessionView[]> }) {
  const { api } = usePortal()
  const { value, wrong, again } = loaded
  const ending = useSubmit(async form => {
    const sessionId = form.dataset['session'] ?? ''
    await api.call('DELETE', sessionId ? `/api/sessions/${sessionId}` : '/api/sessions')
    announce(text.sessionEnded)
    await again()
  })
  const sessions = value.value ?? []
  return (
    <Part title={text.sessions} wrong={wrong} onRetry={again}>
      <ul class="account-list">
        {sessions.map(({ sessionId, client, usedAt, current }) => (
          <li key={sessionId}>
            <div class="account-what">
              {nameOf(client)} {current && <span class="chip">{text.thisDevice}</span>}
              <p>{text.lastUsed(formatMoment(usedAt))}</p>
            </div>
            {!current && (
              <form data-session={sessionId} onSubmit={ending.submit}>
                <button
                  type="submit"
                  class="button small"
                  aria-label={text.endSessionOf(nameOf(client))}
                >
                  {text.endSession}
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
      <Wrong wrong={ending.wrong} />
      {sessions.length > 1 && (
        <form onSubmit={ending.submit}>
          <button type="submit" class="button">
            {text.endOthers}
          </button>
        </form>
      )}
    </Part>
  )
}
