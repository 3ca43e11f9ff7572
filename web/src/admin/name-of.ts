// Who owns something, as far as the page knows people.
import type { AccountView } from '#domain/account.ts'

export const nameOf = (people: readonly AccountView[], userId: string): string =>
  people.find(person => person.userId === userId)?.name ?? userId
