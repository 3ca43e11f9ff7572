// MiniStack's process: it answers, it enforces signatures, it keeps its state over a clean stop, and it never outlives us.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { expect, inject, onTestFinished, test } from 'vitest'
import { startMiniStack } from '../../local/ministack.ts'
import { python } from '../support/ministack.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const client = (endpoint: string) =>
  new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
const answers = (endpoint: string) =>
  fetch(`${endpoint}/_ministack/ready`).then(
    answer => answer.ok,
    () => false,
  )

test('an unsigned read is refused', async () => {
  const s3 = client(inject('ministack'))
  await s3.send(new CreateBucketCommand({ Bucket: 'unsigned-read' }))
  await s3.send(new PutObjectCommand({ Bucket: 'unsigned-read', Key: 'a', Body: 'a' }))
  const answer = await fetch(`${inject('ministack')}/unsigned-read/a`)
  expect(answer.status).toBe(403)
})

test('state survives a clean stop, and nothing answers after it', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'ministack-'))
  onTestFinished(() => rm(stateDir, { recursive: true, force: true }))
  const options = { python, port: 0, auth: true, stateDir }

  const first = await startMiniStack(options)
  await client(first.endpoint).send(new CreateBucketCommand({ Bucket: 'kept' }))
  await client(first.endpoint).send(
    new PutObjectCommand({ Bucket: 'kept', Key: 'note', Body: 'still here' }),
  )
  const upload = { Bucket: 'kept', Key: 'film' }
  const { UploadId } = await client(first.endpoint).send(new CreateMultipartUploadCommand(upload))
  const part = { ...upload, UploadId, PartNumber: 1 }
  const { ETag } = await client(first.endpoint).send(
    new UploadPartCommand({ ...part, Body: 'half a film' }),
  )
  await first.stop()
  await first.exited
  expect(await answers(first.endpoint)).toBe(false)

  const second = await startMiniStack(options)
  onTestFinished(() => second.stop())
  const { Body } = await client(second.endpoint).send(
    new GetObjectCommand({ Bucket: 'kept', Key: 'note' }),
  )
  expect(await Body?.transformToString()).toBe('still here')
  // A range of what lies on the disk: without the rest being read, and with the whole length said.
  const range = await client(second.endpoint).send(
    new GetObjectCommand({ Bucket: 'kept', Key: 'note', Range: 'bytes=6-20' }),
  )
  expect([await range.Body?.transformToString(), range.ContentRange]).toEqual([
    'here',
    'bytes 6-9/10',
  ])
  // What was still being uploaded goes on where it was.
  await client(second.endpoint).send(
    new CompleteMultipartUploadCommand({
      ...upload,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    }),
  )
  const film = await client(second.endpoint).send(new GetObjectCommand(upload))
  expect(await film.Body?.transformToString()).toBe('half a film')
})

test('it ends when the process that started it is killed', async () => {
  const script = `
    import { startMiniStack } from './local/ministack.ts'
    const { endpoint } = await startMiniStack({ python: process.argv[1], port: 0, auth: false })
    console.log(endpoint)
    setInterval(() => {}, 1000)`
  const parent = spawn('node', ['--input-type=module-typescript', '--eval', script, python], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(parent.stdout, 'data')
  const endpoint = String(line).trim()
  expect(await answers(endpoint)).toBe(true)
  parent.kill('SIGKILL')
  await expect.poll(() => answers(endpoint), { timeout: 10_000, interval: 100 }).toBe(false)
})

test('an interpreter that fails is told with its own words', async () => {
  const started = startMiniStack({ python: 'false', port: 0, auth: false })
  await expect(started).rejects.toThrow(/did not start/)
})
