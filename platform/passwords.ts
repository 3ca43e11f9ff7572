// Hashes of passwords: argon2id in PHC form, with the parameters in each, so that older ones are known at the next log-in. Asking for
// an account that is not there costs what asking for one costs that is.
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { MillraceError } from '#domain/errors.ts'

const derive = promisify(argon2)

/**
 * OWASP Password Storage: «Argon2id with a minimum configuration of 19 MiB of memory, an iteration count of 2, and 1 degree of
 * parallelism». Twice as many passes: 50 ms and more of a core of today.
 */
const usual = { memory: 19 * 1024, passes: 4, parallelism: 1 }
type Cost = typeof usual

const saltBytes = 16
const tagBytes = 32
/** argon2 takes bytes of any number; nobody types more. */
const maxPasswordBytes = 1024

/** Each takes a core and 19 MiB for a twentieth of a second: everybody else needs the others. */
const atOnce = 1
/** About two seconds of work. Who comes then is told at once. */
const mostWaiting = 40

export interface Passwords {
  hash(password: string): Promise<string>
  /**
   * @param phc null where there is no such account: takes as long, and is never right
   * @returns `outdated`: right, and to be hashed anew
   */
  verify(password: string, phc: string | null): Promise<'right' | 'outdated' | 'wrong'>
}

/** Both throw MillraceError `too-busy` when too many are asked for at once. */
export function createPasswords({ cost = usual }: { cost?: Cost } = {}): Passwords {
  const limit = createLimit(atOnce, mostWaiting)
  const nobodys = hash(randomBytes(saltBytes).toString('hex'))

  async function hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes)
    const tag = await limit(() => derive('argon2id', parametersOf(password, salt, cost)))
    return format(cost, salt, tag)
  }

  return {
    hash,
    async verify(password, phc) {
      const { cost: used, salt, tag } = parse(phc ?? (await nobodys))
      const found = await limit(() => derive('argon2id', parametersOf(password, salt, used)))
      if (!timingSafeEqual(found, tag) || phc === null) return 'wrong'
      const isUsual = Object.entries(cost).every(
        ([name, value]) => used[name as keyof Cost] === value,
      )
      return isUsual ? 'right' : 'outdated'
    },
  }
}

function parametersOf(password: string, nonce: Buffer, cost: Cost): Argon2Parameters {
  // NIST SP 800-63B §3.1.1.2: one form for what looks the same, whatever keyboard it came from.
  const message = Buffer.from(password.normalize('NFKC'))
  if (message.byteLength > maxPasswordBytes) throw new MillraceError('bad-request')
  return { message, nonce, tagLength: tagBytes, ...cost }
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

const format = ({ memory, passes, parallelism }: Cost, salt: Buffer, tag: Buffer) =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`

const form =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([\w+/]{11,86})\$([\w+/]{43})$/

function parse(phc: string) {
  const [, memory, passes, parallelism, salt = '', tag = ''] = form.exec(phc) ?? []
  if (memory === undefined)
    throw new MillraceError('record-unreadable', { detail: 'password hash' })
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

/** Work of which so much may be under way at once, and so much wait. */
function createLimit(most: number, mostWaiting: number) {
  let underWay = 0
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (underWay >= most) {
      if (waiting.length >= mostWaiting) throw new MillraceError('too-busy')
      await new Promise<void>(resolve => waiting.push(resolve))
    } else underWay += 1
    try {
      return await work()
    } finally {
      // The place goes to the next without being free between.
      const next = waiting.shift()
      if (next) next()
      else underWay -= 1
    }
  }
}
