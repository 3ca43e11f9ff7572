// Passwords: right and wrong, forms that age, accounts that are not there, and more at once than there is room for.
import { describe, expect, it } from 'vitest'
import { createPasswords } from '#platform/passwords.ts'

/** Cheap, so that the tests are quick. */
const cost = { memory: 64, passes: 1, parallelism: 1 }
const passwords = createPasswords({ cost })

describe('a password', () => {
  it('is right or wrong by its hash, which holds how it was made', async () => {
    const phc = await passwords.hash('correct horse')
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(await passwords.verify('correct horse', phc)).toBe('right')
    expect(await passwords.verify('correct horsf', phc)).toBe('wrong')
    expect(await passwords.verify('', phc)).toBe('wrong')
  })

  it('has another hash each time', async () => {
    expect(await passwords.hash('same')).not.toBe(await passwords.hash('same'))
  })

  it('is outdated where it was made with another cost', async () => {
    const older = await createPasswords({ cost: { ...cost, passes: 2 } }).hash('correct horse')
    expect(await passwords.verify('correct horse', older)).toBe('outdated')
    expect(await passwords.verify('wrong horse', older)).toBe('wrong')
  })

  it('is the same however its letters were composed', async () => {
    const phc = await passwords.hash('Z\u00fcrich')
    expect(await passwords.verify('Zu\u0308rich', phc)).toBe('right')
  })

  it('of nobody is wrong, whatever it is', async () => {
    expect(await passwords.verify('', null)).toBe('wrong')
  })

  it('that nobody types is refused', async () => {
    await expect(passwords.hash('x'.repeat(2000))).rejects.toMatchObject({ code: 'bad-request' })
  })

  it.each([
    '',
    'plain',
    '$argon2id$v=19$m=64,t=1,p=1$short$short',
    '$2b$10$abcdefghijklmnopqrstuv',
  ])('is refused where the record holds %j', async phc => {
    const verifying = passwords.verify('x', phc)
    await expect(verifying).rejects.toMatchObject({ code: 'record-unreadable' })
  })

  it('costs twice what OWASP asks for', async () => {
    expect(await createPasswords().hash('x')).toContain('$m=19456,t=4,p=1$')
  })
})

it('as many as there is room for are answered, the others told at once', async () => {
  const all = await Promise.allSettled(Array.from({ length: 200 }, () => passwords.hash('x')))
  const refused = all.filter(({ status }) => status === 'rejected')
  // One at work, forty waiting, and whoever's place comes free meanwhile.
  expect(refused.length).toBeGreaterThan(120)
  expect(refused.length).toBeLessThan(170)
  for (const one of refused) expect(one).toMatchObject({ reason: { code: 'too-busy' } })
  expect(await passwords.hash('after them')).toContain('$argon2id$')
})
