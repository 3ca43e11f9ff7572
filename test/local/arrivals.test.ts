// The drop folder over the real emulator: every arrival told once, over restarts, and again when it is another one.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest'
import { openArrivals } from '../../local/arrivals.ts'

const bucket = 'arrivals'
const known = 'v_0123456789abcdefghijAB'
let s3: S3Client
let folder: string
let told: string[] = []
let refuse = ''

const put = (Key: string, Body: string) =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
const open = () =>
  openArrivals({
    s3,
    bucket,
    folder,
    async takeIn({ key, sizeBytes }) {
      if (key === refuse) throw new Error('not now')
      told.push(`${key} ${sizeBytes}`)
    },
  })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-arrivals-'))
  s3 = new S3Client({
    endpoint: inject('ministack'),
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
})

beforeEach(() => {
  told = []
  refuse = ''
})

afterAll(() => rm(folder, { recursive: true }))

it('tells of each arrival once, over restarts', async () => {
  await put('drop/a b ü.mp4', 'aa')
  await put('drop/sub/c.mp4', 'c')
  await put('plans/x', 'not of the folder')
  const arrivals = await open()
  await arrivals.look()
  expect(told.sort()).toEqual(['drop/a b ü.mp4 2', 'drop/sub/c.mp4 1'])
  await arrivals.look()
  await (await open()).look()
  expect(told).toHaveLength(2)
})

it('tells of another file of the same name, and of one that came back', async () => {
  const arrivals = await open()
  await put('drop/sub/c.mp4', 'other')
  await arrivals.look()
  expect(told).toEqual(['drop/sub/c.mp4 5'])
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'drop/sub/c.mp4' }))
  await arrivals.look()
  await new Promise(resolve => setTimeout(resolve, 1100))
  await put('drop/sub/c.mp4', 'other')
  await arrivals.look()
  expect(told).toHaveLength(2)
})

it('one that cannot be taken in is told again, the others are not kept waiting', async () => {
  await put('drop/0.mp4', '0')
  await put('drop/1.mp4', '1')
  refuse = 'drop/0.mp4'
  const arrivals = await open()
  await expect(arrivals.look()).rejects.toThrow('not now')
  expect(told).toEqual(['drop/1.mp4 1'])
  refuse = ''
  await arrivals.look()
  expect(told).toEqual(['drop/1.mp4 1', 'drop/0.mp4 1'])
})

it('tells of uploads that have records, of no others', async () => {
  await put(`uploads/${known}/source`, 'x')
  await put('uploads/v_0123456789abcdefghijAC/source', 'x')
  await put('uploads/odd', 'x')
  await (await open()).lookAtUploads(async videoId => videoId === known)
  expect(told).toEqual([`uploads/${known}/source 1`])
})
