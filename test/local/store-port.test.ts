// The emulator's port: kept, left to others who have it by now, refused while another run uses the same state.
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { chooseStorePort, keepStorePort } from '../../local/store-port.ts'

let folder: string
let other: Server
let port: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-port-'))
  other = createServer((request, answer) => {
    answer.statusCode = request.url === emulator ? 200 : 404
    answer.end()
  })
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  port = (other.address() as AddressInfo).port
})

let emulator: string | null = null

afterEach(async () => {
  emulator = null
  other.close()
  await rm(folder, { recursive: true })
})

it('is any the first time', async () => {
  expect(await chooseStorePort(folder)).toBe(0)
  await writeFile(join(folder, 'store-port'), 'x')
  expect(await chooseStorePort(folder)).toBe(0)
})

it('is the same the next time', async () => {
  await keepStorePort(folder, `http://127.0.0.1:${port}`)
  other.close()
  await once(other, 'close')
  expect(await chooseStorePort(folder)).toBe(port)
})

it('is another one when a stranger has it', async () => {
  await keepStorePort(folder, `http://127.0.0.1:${port}`)
  expect(await chooseStorePort(folder)).toBe(0)
})

it('is waited for while a run ends, and refused while one lasts', async () => {
  emulator = '/_ministack/ready'
  await keepStorePort(folder, `http://127.0.0.1:${port}`)
  await expect(chooseStorePort(folder, 300)).rejects.toMatchObject({
    code: 'configuration-wrong',
    message: expect.stringContaining('already running'),
  })
  setTimeout(() => other.close(), 300)
  expect(await chooseStorePort(folder, 5000)).toBe(port)
})
