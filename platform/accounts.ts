// Accounts in the table: one an address, the first admin once, each change conditional. Who may change what is asked elsewhere.
import {
  firstAdminKey,
  fromInvitationItem,
  fromPictureItem,
  fromProfileItem,
  fromRosterItem,
  type Invitation,
  invitationKey,
  invitationPartition,
  isRosterSort,
  type Picture,
  type Profile,
  pictureKey,
  profileKey,
  rosterKey,
  rosterPartition,
  toInvitationItem,
  toProfileItem,
} from '#domain/account-item.ts'
import { MillraceError } from '#domain/errors.ts'
import { ownerPartition } from '#domain/item.ts'
import { dueIndex, duePartition } from '#domain/table-facts.ts'
import { accountSettleSeconds } from '#domain/timing.ts'
import { hashOf } from './hash.ts'
import { soleOwnerId } from './identity.ts'
import type { Item, Table, UpdateInput, Write } from './table.ts'

/** What lets an account be made: that there is no admin yet, an invitation, or that anybody may. */
export type Admission =
  | { by: 'first-admin' }
  | { by: 'invitation'; invitation: Invitation }
  | { by: 'registration' }

export type Created = 'created' | 'email-taken' | 'admission-used'

type Changeable = 'name' | 'language' | 'role' | 'passwordHash' | 'disabled'
/** What is undefined stays. */
export type ProfileChanges = { [Field in Changeable]?: Profile[Field] | undefined } & {
  /** Null: nobody has set it any more. */
  quota?: Profile['quota'] | null
}

export interface ChangeConditions {
  /** The hash that must still be there, for a change of password. */
  from?: string | undefined
  /** Somebody else who must be an admin still, for what takes one away. */
  admin?: string | undefined
}

export interface Accounts {
  read(userId: string): Promise<Profile | null>
  findByEmail(email: string): Promise<Profile | null>
  hasAdmin(): Promise<boolean>
  create(profile: Profile, admission: Admission): Promise<Created>
  /**
   * Null when there is no such account, or not for long any more.
   * @throws MillraceError `state-conflict` where no admin would be left
   */
  change(
    userId: string,
    changes: ProfileChanges,
    conditions?: ChangeConditions,
  ): Promise<Profile | null>
  /** Null: takes it away. */
  setPicture(userId: string, picture: Picture | null, now: number): Promise<Profile | null>
  readPicture(userId: string): Promise<Picture | null>
  /** A page by age, of a list without order. `cursor`: where it goes on; any that is none begins anew. */
  page(
    limit: number,
    cursor: string | null,
  ): Promise<{ accounts: Profile[]; cursor: string | null }>
  /** Somebody else who is an admin and may sign in. */
  findOtherAdmin(userId: string): Promise<string | null>
  /** Lets nobody in any more, frees its address, and makes its end due. False when there is no such account. @param admin as for `change` */
  shut(userId: string, now: number, admin?: string): Promise<boolean>
  /** Something of it is done, and there is more to do: it is due again, behind all that is due already. */
  postponeEnd(userId: string, now: number): Promise<void>
  /** With everything in its partition: sessions, keys, picture. Its videos are not touched. */
  remove(userId: string): Promise<void>
  createInvitation(invitation: Invitation): Promise<void>
  /** Those that still count. */
  listInvitations(now: number): Promise<Invitation[]>
  findInvitation(invitationId: string, now: number): Promise<Invitation | null>
  removeInvitation(invitationId: string): Promise<void>
}

/** One who may sign in. */
export const isAdmin = (one: Profile | null): one is Profile =>
  one?.role === 'admin' && !one.disabled

const isNew = 'attribute_not_exists(pk)'
/** Condition of a write to a profile: its account is there, and does not end. */
export const accountStands = 'attribute_exists(pk) AND attribute_not_exists(endsAt)'
const accountsARead = 100

export function createAccounts({ table }: { table: Table }): Accounts {
  const TableName = table.name
  const put = (item: Item): Write => ({
    Put: { TableName, Item: item, ConditionExpression: isNew },
  })

  async function read(userId: string): Promise<Profile | null> {
    const item = await table.get(profileKey(userId), { consistent: true })
    return item ? fromProfileItem(item) : null
  }

  function admissionWrites(admission: Admission, profile: Profile): Write[] {
    if (admission.by === 'first-admin') return [put({ ...firstAdminKey, userId: profile.userId })]
    if (admission.by === 'registration') return []
    const { invitationId, codeHash } = admission.invitation
    return [
      {
        Delete: {
          TableName,
          Key: invitationKey(invitationId),
          ConditionExpression: 'codeHash = :code',
          ExpressionAttributeValues: { ':code': codeHash },
        },
      },
    ]
  }

  const requireAdmin = (userId: string): Write => ({
    ConditionCheck: {
      TableName,
      Key: profileKey(userId),
      ConditionExpression:
        '#role = :admin AND attribute_not_exists(endsAt) AND (attribute_not_exists(disabled) OR disabled = :false)',
      ExpressionAttributeNames: { '#role': 'role' },
      ExpressionAttributeValues: { ':admin': 'admin', ':false': false },
    },
  })

  /** Two who take each other's rights at the same moment: one is too late. */
  async function write(
    userId: string,
    input: UpdateInput & { UpdateExpression: string },
    admin: string | undefined,
  ): Promise<Profile | null> {
    const Key = profileKey(userId)
    if (admin === undefined) {
      const updated = await table.update(Key, input)
      return updated.done ? fromProfileItem(updated.item) : null
    }
    const made = await table.transact([
      { Update: { TableName, Key, ...input } },
      requireAdmin(admin),
    ])
    if (made.done) return read(userId)
    if (!made.failed.includes(1)) return null
    throw new MillraceError('state-conflict', { message: 'Nobody would be left who is an admin.' })
  }

  function update(
    userId: string,
    fields: Readonly<Record<string, unknown>>,
    { from, admin }: ChangeConditions = {},
  ): Promise<Profile | null> {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined)
    const sets = given.filter(([, value]) => value !== null)
    const removed = given.filter(([, value]) => value === null).map(([name]) => `#${name}`)
    const set = sets.map(([name]) => `#${name} = :${name}`)
    const values = {
      ...Object.fromEntries(sets.map(([name, value]) => [`:${name}`, value])),
      ...(from === undefined ? {} : { ':from': from }),
    }
    const input = {
      UpdateExpression: [
        set.length > 0 ? `SET ${set.join(', ')}` : '',
        removed.length > 0 ? `REMOVE ${removed.join(', ')}` : '',
      ].join(' '),
      ConditionExpression: `${accountStands}${from === undefined ? '' : ' AND passwordHash = :from'}`,
      ExpressionAttributeNames: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
      // DynamoDB takes none, but not an empty one.
      ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    }
    return write(userId, input, admin)
  }

  /** It may be somebody else's by now. */
  const freeAddress = ({ userId, email }: Profile) =>
    table.transact([
      {
        Delete: {
          TableName,
          Key: rosterKey(hashOf(email)),
          ConditionExpression: 'userId = :userId',
          ExpressionAttributeValues: { ':userId': userId },
        },
      },
    ])

  async function page(limit: number, from: string | null) {
    const sk = from === null ? null : Buffer.from(from, 'base64url').toString()
    const { items, next } = await table.page({
      KeyConditionExpression: 'pk = :roster',
      ExpressionAttributeValues: { ':roster': rosterPartition },
      Limit: limit,
      ...(isRosterSort(sk) ? { ExclusiveStartKey: { pk: rosterPartition, sk } } : {}),
    })
    const keys = items.map(item => profileKey(fromRosterItem(item).userId))
    const accounts = (await table.getMany(keys)).map(fromProfileItem)
    return {
      accounts: accounts.sort((a, b) => a.createdAt - b.createdAt),
      cursor: next ? Buffer.from(String(next['sk'])).toString('base64url') : null,
    }
  }

  const invitationOf = (item: Item | undefined, now: number) => {
    const invitation = item ? fromInvitationItem(item) : null
    return invitation && invitation.expiresAt > now ? invitation : null
  }

  return {
    read,
    async findByEmail(email) {
      const item = await table.get(rosterKey(hashOf(email)), { consistent: true })
      return item ? read(fromRosterItem(item).userId) : null
    },
    async hasAdmin() {
      return (await table.get(firstAdminKey, { consistent: true })) !== undefined
    },
    async create(profile, admission) {
      const { userId, email } = profile
      const made = await table.transact([
        put(toProfileItem(profile)),
        put({ ...rosterKey(hashOf(email)), userId }),
        ...admissionWrites(admission, profile),
      ])
      if (made.done) return 'created'
      return made.failed.includes(1) ? 'email-taken' : 'admission-used'
    },
    async change(userId, changes, conditions) {
      if (Object.values(changes).every(value => value === undefined)) return read(userId)
      return update(userId, changes, conditions)
    },
    async setPicture(userId, picture, now) {
      if (!picture) {
        await table.remove(pictureKey(userId))
        return update(userId, { picture: 0 })
      }
      const { type, base64 } = picture
      await table.update(pictureKey(userId), {
        UpdateExpression: 'SET #type = :type, base64 = :base64',
        ExpressionAttributeNames: { '#type': 'type' },
        ExpressionAttributeValues: { ':type': type, ':base64': base64 },
      })
      // Never the same twice: browsers keep a picture by its version.
      return update(userId, { picture: Math.floor(now * 1000) })
    },
    async readPicture(userId) {
      const item = await table.get(pictureKey(userId))
      return item ? fromPictureItem(item) : null
    },
    page,
    async findOtherAdmin(userId) {
      const isOther = (one: Profile | null) => isAdmin(one) && one.userId !== userId
      // Mostly it is the first one, and nobody else is looked at.
      if (isOther(await read(soleOwnerId))) return soleOwnerId
      let cursor: string | null = null
      do {
        const some = await page(accountsARead, cursor)
        const other = some.accounts.find(isOther)
        if (other) return other.userId
        cursor = some.cursor
      } while (cursor !== null)
      return null
    },
    async shut(userId, now, admin) {
      const { partition, sort } = dueIndex
      const input = {
        // Asked for again, it is no later for that.
        UpdateExpression: `SET disabled = :true, endsAt = if_not_exists(endsAt, :now), ${partition} = :due, ${sort} = if_not_exists(${sort}, :dueAt)`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: {
          ':true': true,
          ':now': now,
          ':due': duePartition,
          ':dueAt': now + accountSettleSeconds,
        },
      }
      const profile = await write(userId, input, admin)
      if (profile) await freeAddress(profile)
      return profile !== null
    },
    async postponeEnd(userId, now) {
      await table.update(profileKey(userId), {
        UpdateExpression: `SET ${dueIndex.sort} = :now`,
        ConditionExpression: 'attribute_exists(endsAt)',
        ExpressionAttributeValues: { ':now': now },
      })
    },
    async remove(userId) {
      const profile = await read(userId)
      // The address first: whoever signs in meanwhile finds nobody.
      if (profile) await freeAddress(profile)
      const items = await table.query(ownerPartition(userId), '', { consistent: true })
      const keys = items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }))
      const profileSk = profileKey(userId).sk
      await table.removeMany(keys.filter(({ sk }) => sk !== profileSk))
      await table.remove(profileKey(userId))
    },
    async createInvitation(invitation) {
      await table.create(toInvitationItem(invitation))
    },
    async listInvitations(now) {
      const items = await table.query(invitationPartition, '')
      return items.flatMap(item => invitationOf(item, now) ?? [])
    },
    async findInvitation(invitationId, now) {
      return invitationOf(await table.get(invitationKey(invitationId), { consistent: true }), now)
    },
    removeInvitation(invitationId) {
      return table.remove(invitationKey(invitationId))
    },
  }
}
