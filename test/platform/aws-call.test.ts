// Signed calls against an emulator that checks signatures, and the secret of playback links read by them.
import { expect, inject, it } from 'vitest'
import { callJson, createAwsCall } from '#platform/aws-call.ts'
import { readServices } from '#platform/env.ts'
import { readPlaybackSecret, readStoredSecret } from '#platform/playback-secret.ts'

const services = () =>
  readServices({ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: inject('ministack') })

const callAs = (accessKeyId: string, secretAccessKey: string) =>
  createAwsCall({
    services: services(),
    credentials: async () => ({ accessKeyId, secretAccessKey }),
  })

async function keep(secret: unknown): Promise<string> {
  const input = { Name: `secret-${crypto.randomUUID()}`, SecretString: JSON.stringify(secret) }
  const request = { service: 'secretsmanager', target: 'secretsmanager.CreateSecret' }
  const answer = await callJson(callAs('test', 'test'), request, input)
  return (answer as { ARN: string }).ARN
}

it('reads a secret by a signed call', async () => {
  const arn = await keep({ current: 'one', previous: 'none' })
  const call = callAs('test', 'test')
  expect(await readStoredSecret(call, arn)).toEqual({ current: 'one', previous: 'none' })
  expect(await readPlaybackSecret({ PLAYBACK_SECRET_ARN: arn }, call)).toBe('one')
})

it('knows a secret that was never rotated', async () => {
  const arn = await keep({ current: 'one' })
  expect(await readStoredSecret(callAs('test', 'test'), arn)).toEqual({
    current: 'one',
    previous: null,
  })
})

it('takes the environment’s own, where there is one', async () => {
  const nobody = () => Promise.reject(new Error('asked'))
  expect(await readPlaybackSecret({ PLAYBACK_SECRET: 'mine' }, nobody)).toBe('mine')
})

it.each([
  ['no secret is named', {}, /^Set PLAYBACK_SECRET or PLAYBACK_SECRET_ARN/],
  ['it is not there', { PLAYBACK_SECRET_ARN: 'absent' }, /^The secret .* cannot be read \(.*400/],
])('says what is wrong when %s', async (_, env, sentence) => {
  const reading = readPlaybackSecret(env, callAs('test', 'test'))
  await expect(reading).rejects.toMatchObject({ code: 'configuration-wrong' })
  await expect(readPlaybackSecret(env, callAs('test', 'test'))).rejects.toThrow(sentence)
})

it('is refused with a key that nobody has', async () => {
  const arn = await keep({ current: 'one' })
  await expect(readStoredSecret(callAs('AKIAABSENT', 'x'), arn)).rejects.toThrow(/40[03]/)
})
