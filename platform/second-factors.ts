// The second factor of an account: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for whoever has lost it. Each code
// is good once. The app's secret lies encrypted in the table: who reads that alone can sign in as nobody.
import { createHash } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { Secret, TOTP } from 'otpauth'
import { fromSecondFactorItem, profileKey, secondFactorKey } from '#domain/account-item.ts'
import { MillraceError } from '#domain/errors.ts'
import { accountStands } from './accounts.ts'
import { hashOf } from './hash.ts'
import type { Table } from './table.ts'

export interface BegunSecondFactor {
  /** Base 32. */
  secret: string
  /** `otpauth://`, as authenticator apps read it from a QR code. */
  uri: string
}

export interface SecondFactors {
  /** A new secret, not in force yet; another that was not either is forgotten. @throws MillraceError `state-conflict`: there is one in force */
  begin(userId: string, email: string): Promise<BegunSecondFactor>
  /**
   * In force from now on, by a first code of the app. Null: the code is wrong, or nothing was begun.
   * @param now epoch seconds
   * @returns the recovery codes
   */
  confirm(userId: string, code: string, now: number): Promise<string[] | null>
  /** Whether the code is right; then it is used up. */
  use(userId: string, code: string, now: number): Promise<boolean>
  remove(userId: string): Promise<void>
}

/** RFC 6238 §5.2: «We RECOMMEND a default time-step size of 30 seconds», «at most one time step is allowed as the network delay». */
const stepSeconds = 30
const delaySteps = 1
/** RFC 4226 §4, R6: «RECOMMEND a shared secret length of 160 bits». */
const secretBytes = 20
const recoveryCodes = 10
/** 80 bits each: hashed as they are, they cannot be guessed back. */
const recoveryBytes = 10

const totpOf = (secret: Secret, email = '') =>
  new TOTP({ issuer: 'Millrace', label: email, secret, period: stepSeconds, digits: 6 })

/** 32 bytes of a secret that CloudFormation makes: letters, in a number that holds more than so many bits. */
export const keyOf = (secret: string): Uint8Array => createHash('sha256').update(secret).digest()

/** As a person may write it: four by four, in capitals. */
const plain = (code: string): string => code.replace(/[\s-]/g, '').toLowerCase()

function createRecoveryCode(): string {
  const letters = new Secret({ size: recoveryBytes }).base32.toLowerCase()
  return (letters.match(/.{4}/g) ?? []).join('-')
}

/** @param key of 32 bytes: encrypts what is stored */
export function createSecondFactors({
  table,
  key,
}: {
  table: Table
  key: Uint8Array
}): SecondFactors {
  const TableName = table.name

  const seal = (text: string) =>
    new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(key)

  async function read(userId: string) {
    const item = await table.get(secondFactorKey(userId), { consistent: true })
    return item ? fromSecondFactorItem(item) : null
  }

  async function unseal(sealed: string): Promise<Secret> {
    const { plaintext } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return Secret.fromBase32(new TextDecoder().decode(plaintext))
  }

  /** The step whose code it is; null for none. */
  async function stepOf(sealed: string, code: string, now: number): Promise<number | null> {
    if (!/^\d{6}$/.test(plain(code))) return null
    const secret = await unseal(sealed).catch(() => {
      throw new MillraceError('second-factor-wrong', { detail: 'sealed with another key' })
    })
    const totp = totpOf(secret)
    const delta = totp.validate({ token: plain(code), timestamp: now * 1000, window: delaySteps })
    return delta === null ? null : Math.floor(now / stepSeconds) + delta
  }

  return {
    async begin(userId, email) {
      const secret = new Secret({ size: secretBytes })
      const begun = await table.update(secondFactorKey(userId), {
        UpdateExpression: 'SET sealed = :sealed, lastStep = :none',
        // One that is in force has recovery codes, if perhaps none left.
        ConditionExpression: 'attribute_not_exists(recoveryHashes)',
        ExpressionAttributeValues: { ':sealed': await seal(secret.base32), ':none': 0 },
      })
      if (!begun.done) {
        throw new MillraceError('state-conflict', {
          message: 'There is a second factor already: take it away first.',
        })
      }
      return { secret: secret.base32, uri: totpOf(secret, email).toString() }
    },
    async confirm(userId, code, now) {
      const begun = await read(userId)
      if (!begun || begun.recoveryHashes) return null
      const step = await stepOf(begun.sealed, code, now)
      if (step === null) return null
      const codes = Array.from({ length: recoveryCodes }, createRecoveryCode)
      const { done } = await table.transact([
        {
          Update: {
            TableName,
            Key: secondFactorKey(userId),
            UpdateExpression: 'SET lastStep = :step, recoveryHashes = :hashes',
            ConditionExpression: 'sealed = :sealed AND attribute_not_exists(recoveryHashes)',
            ExpressionAttributeValues: {
              ':step': step,
              ':hashes': codes.map(one => hashOf(plain(one))),
              ':sealed': begun.sealed,
            },
          },
        },
        {
          Update: {
            TableName,
            Key: profileKey(userId),
            UpdateExpression: 'SET secondFactor = :true',
            ConditionExpression: accountStands,
            ExpressionAttributeValues: { ':true': true },
          },
        },
      ])
      return done ? codes : null
    },
    async use(userId, code, now) {
      const factor = await read(userId)
      if (!factor?.recoveryHashes) return false
      const left = factor.recoveryHashes.filter(hash => hash !== hashOf(plain(code)))
      if (left.length < factor.recoveryHashes.length) {
        const used = await table.update(secondFactorKey(userId), {
          UpdateExpression: 'SET recoveryHashes = :left',
          ConditionExpression: 'recoveryHashes = :before',
          ExpressionAttributeValues: { ':left': left, ':before': factor.recoveryHashes },
        })
        return used.done
      }
      const step = await stepOf(factor.sealed, code, now)
      if (step === null) return false
      // RFC 6238 §5.2: «the verifier MUST NOT accept the second attempt of the OTP».
      const used = await table.update(secondFactorKey(userId), {
        UpdateExpression: 'SET lastStep = :step',
        ConditionExpression: 'lastStep < :step',
        ExpressionAttributeValues: { ':step': step },
      })
      return used.done
    },
    remove: userId => removeSecondFactor(table, userId),
  }
}

/** Also for who has none. */
export async function removeSecondFactor(table: Table, userId: string): Promise<void> {
  const TableName = table.name
  await table.transact([
    { Delete: { TableName, Key: secondFactorKey(userId) } },
    {
      Update: {
        TableName,
        Key: profileKey(userId),
        UpdateExpression: 'REMOVE secondFactor',
        ConditionExpression: 'attribute_exists(pk)',
      },
    },
  ])
}
