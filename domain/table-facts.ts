// The table's attributes and indexes by name: the stacks and the laptop create them, platform/ queries them. Plain values.

export const partitionKey = 'pk'
export const sortKey = 'sk'
export const ttlAttribute = 'expiresAt'

/** A person's videos, newest last. Sparse: only META items carry both attributes. */
export const ownerIndex = {
  name: 'byOwner',
  partition: 'ownerPk',
  sort: 'ownerSk',
  projection: 'ALL',
} as const

/**
 * What is due to be looked at by the reaper, earliest first. Sparse: only unfinished work carries `dueAt` (a number). Keys only:
 * else every report of progress would be written to the index too.
 */
export const dueIndex = {
  name: 'byDue',
  partition: 'duePk',
  sort: 'dueAt',
  projection: 'KEYS_ONLY',
} as const

/** The one partition of the sparse due index: unfinished work only, so it stays small. */
export const duePartition = 'DUE'
