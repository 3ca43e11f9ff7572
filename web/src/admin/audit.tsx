// What admins and keys did, newest first.
import type { AuditView } from '#domain/account.ts'
import { formatMoment } from '../account/moment.ts'
import { Part } from '../account/part.tsx'
import { words } from '../account/words.ts'
import { More } from './more.tsx'
import type { Pages } from './pages.ts'

const text = words.admin

export function Audit({ entries }: { entries: Pages<AuditView> }) {
  const { value, wrong, again } = entries
  return (
    <Part title={text.audit} wrong={wrong} onRetry={again}>
      {value.value?.length === 0 && <p>{text.noAudit}</p>}
      {(value.value?.length ?? 0) > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        <section class="audit" tabIndex={0} aria-label={text.auditTable}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text.when}</th>
                <th scope="col">{text.who}</th>
                <th scope="col">{text.what}</th>
                <th scope="col">{text.target}</th>
              </tr>
            </thead>
            <tbody>
              {value.value?.map(entry => (
                <Row key={entry.entryId} {...entry} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      <More of={entries} />
    </Part>
  )
}

function Row({ at, userId, name, keyId, action, target, targetName, detail }: AuditView) {
  return (
    <tr>
      <td>
        <time dateTime={at}>{formatMoment(at)}</time>
      </td>
      <td>
        {name ?? userId} {keyId && `(${text.byKey})`}
      </td>
      <td>{text.actions[action] ?? action}</td>
      <td>{[targetName ?? target, detail].filter(Boolean).join(' · ')}</td>
    </tr>
  )
}
