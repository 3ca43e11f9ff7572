// What admins and keys did, newest first.
import type { AccountView } from '#domain/account.ts'
import type { Loaded } from '../account/loaded.ts'
import { formatMoment } from '../account/moment.ts'
import { Part } from '../account/part.tsx'
import { words } from '../account/words.ts'

const text = words.admin

export interface Entry {
  at: string
  userId: string
  keyId: string | null
  action: string
  target: string | null
  detail: string | null
}

export interface AuditProps {
  loaded: Loaded<Entry[]>
  people: readonly AccountView[]
}

export function Audit({ loaded, people }: AuditProps) {
  const { value, wrong, again } = loaded
  const nameOf = (userId: string) => people.find(person => person.userId === userId)?.name ?? userId
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
              {value.value?.map(({ at, userId, keyId, action, target, detail }) => (
                <tr key={`${at} ${userId} ${action} ${target}`}>
                  <td>
                    <time dateTime={at}>{formatMoment(at)}</time>
                  </td>
                  <td>
                    {nameOf(userId)} {keyId && `(${text.byKey})`}
                  </td>
                  <td>{text.actions[action] ?? action}</td>
                  <td>{[target && nameOf(target), detail].filter(Boolean).join(' · ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Part>
  )
}
