// Buckets of tokens in the real table: so much at once, then at a steady rate, for each subject alone, whoever counts.
import { beforeAll, expect, inject, it } from 'vitest'
import { createRateLimits, type RateLimits } from '#platform/rate-limits.ts'
import { createPipeline } from '../support/pipeline.ts'

const limit = { name: 'log-in', burst: 5, secondsAToken: 12 }
let limits: RateLimits

beforeAll(async () => {
  const { table } = await createPipeline(inject('ministack'))
  limits = createRateLimits({ table })
})

const taken = async (subject: string, at: number) => {
  const { allowed, remaining, waitSeconds } = await limits.take(limit, subject, at)
  return `${allowed ? 'yes' : 'no'} ${remaining} ${waitSeconds}`
}

it('gives a full bucket at once, then a token at a time', async () => {
  const answers: string[] = []
  for (let i = 0; i < 7; i++) answers.push(await taken('one', 1000))
  expect(answers).toEqual([
    ...['yes 4 0', 'yes 3 0', 'yes 2 0', 'yes 1 0', 'yes 0 12'],
    ...['no 0 12', 'no 0 12'],
  ])
  expect(await taken('one', 1011.5)).toBe('no 0 0.5')
  expect(await taken('one', 1012)).toBe('yes 0 12')
  expect(await taken('one', 1012)).toBe('no 0 12')
  // Three tokens later.
  expect(await taken('one', 1048)).toBe('yes 2 0')
})

it('holds no more than is full, however long nobody asked', async () => {
  await taken('rare', 1000)
  expect(await taken('rare', 1_000_000)).toBe('yes 4 0')
})

it('takes a token back, and gives it out once more', async () => {
  for (let i = 0; i < 5; i++) await taken('honest', 1000)
  await limits.giveBack(limit, 'honest')
  expect([await taken('honest', 1000), await taken('honest', 1000)]).toEqual([
    'yes 0 12',
    'no 0 12',
  ])
  await limits.giveBack(limit, 'nobody who asked')
  expect(await taken('nobody who asked', 1000)).toBe('yes 4 0')
})

it('has one for each subject, and for each limit', async () => {
  for (let i = 0; i < 6; i++) await taken('greedy', 1000)
  expect(await taken('modest', 1000)).toBe('yes 4 0')
  const other = await limits.take({ ...limit, name: 'upload' }, 'greedy', 1000)
  expect(other.allowed).toBe(true)
})

it('gives no token twice, however many ask at once', async () => {
  const all = await Promise.all(Array.from({ length: 40 }, () => limits.take(limit, 'all', 1000)))
  expect(all.filter(({ allowed }) => allowed)).toHaveLength(5)
})
