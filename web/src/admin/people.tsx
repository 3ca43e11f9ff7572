// The people of this installation, a page at a time, and what they have in all.
import type { UserView } from '#domain/account.ts'
import { Part } from '../account/part.tsx'
import { words } from '../account/words.ts'
import { More } from './more.tsx'
import type { Pages } from './pages.ts'
import { Person } from './person.tsx'
import { totalOf } from './totals.ts'
import { usedWords } from './used-words.ts'

const text = words.admin

export function People({ people }: { people: Pages<UserView> }) {
  const { value, wrong, again, hasMore } = people
  const shown = value.value
  return (
    <Part title={text.people} wrong={wrong} onRetry={again}>
      {shown && <p>{text.totals(shown.length, usedWords(totalOf(shown)), !hasMore.value)}</p>}
      <ul class="account-list">
        {shown?.map(person => (
          <Person key={person.userId} person={person} onChanged={again} />
        ))}
      </ul>
      <More of={people} />
    </Part>
  )
}
