// What has failed, of whom and why, with what an admin may do about it.
import type { OperationsView } from '#domain/account.ts'
import type { Loaded } from '../account/loaded.ts'
import { Part } from '../account/part.tsx'
import { words } from '../account/words.ts'
import { sayFailure } from '../api/problem.ts'
import { formatDate } from '../look/format.ts'
import { paths } from '../route.ts'
import { VideoSteps } from './video-steps.tsx'

const text = words.admin

export function Failures({ loaded }: { loaded: Loaded<OperationsView> }) {
  const { value, wrong, again } = loaded
  return (
    <Part title={text.failures} wrong={wrong} onRetry={again}>
      {value.value?.failures.length === 0 && <p>{text.noFailures}</p>}
      <ul class="account-list">
        {value.value?.failures.map(
          ({ videoId, ownerId, ownerName, title, canRerun, ...failure }) => (
            <li key={videoId}>
              <div class="account-what">
                <a href={paths.watch(videoId)} dir="auto">
                  {title}
                </a>
                <p>{text.failedOf(ownerName ?? ownerId, formatDate(failure.failedAt))}</p>
                <p class="wrong">{sayFailure({ failure })}</p>
                {failure.state === 'ready' && <p>{text.playsOn}</p>}
              </div>
              <VideoSteps {...{ videoId, title, canRerun }} onDone={again} />
            </li>
          ),
        )}
      </ul>
    </Part>
  )
}
