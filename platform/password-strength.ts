// What is no password: too short, the person's own address or name, or one of the 49,000 that are guessed first. The list is a library's
// (zxcvbn-ts) and is unpacked when the first password is chosen.
import { passwordLengths } from '#domain/account.ts'
import { MillraceError } from '#domain/errors.ts'

let list: Promise<ReadonlySet<string>> | undefined

const common = () => {
  list ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].map(String)),
  )
  return list
}

/** A year or a few signs at the end make no other password of it. */
const stem = (password: string) => password.replace(/[\d!?.*#_-]+$/, '')

/** As it is written without its spaces. */
const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s._-]+/g, '')

/** @throws MillraceError `password-weak` */
export async function requireStrength(
  password: string,
  { email, name }: { email: string; name: string },
): Promise<void> {
  const text = password.normalize('NFKC').toLowerCase()
  const { least, most } = passwordLengths
  const length = [...text].length
  const weak = (message: string) => new MillraceError('password-weak', { message })
  if (length < least) throw weak(`A password has at least ${least} characters.`)
  if (length > most) throw weak(`A password has at most ${most} characters.`)
  const known = await common()
  const [local = ''] = email.split('@')
  const guessed =
    known.has(text) ||
    known.has(stem(text)) ||
    text === email ||
    stem(text) === local ||
    plain(stem(text)) === plain(name) ||
    new Set(text).size < 4
  if (guessed) throw weak('This password is one of those that are guessed first. Choose another.')
}
