// The words of the pages about accounts in the person's language.
import { type AccountWords, accountsEn } from '../strings/accounts/en.ts'
import { chooseLanguage } from '../strings/choose.ts'

/** Words that do not come are no reason to show nothing. */
const load = async (): Promise<AccountWords> =>
  chooseLanguage() === 'de'
    ? import('../strings/accounts/de.ts').then(
        chunk => chunk.accountsDe,
        () => accountsEn,
      )
    : accountsEn

export const words = await load()
