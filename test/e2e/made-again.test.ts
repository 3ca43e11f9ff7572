// What an admin does with others' videos, in the portal over the real local stack: sees what has failed, has it made again, finds any
// video by its address, has one that plays made again while it plays, and takes it away.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OperationsView } from '#domain/account.ts'
import type { VideoView } from '#domain/video.ts'
import { fetchOwned } from '../../bench/owner.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { openBrowser } from '../support/browser.ts'
import { makeSource } from '../support/media.ts'

let folder: string
let clip: string
let stack: Stack

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-again-'))
  clip = await makeSource(join(folder, 'film.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=24:duration=4'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-pix_fmt', 'yuv420p'],
  ])
  stack = await startStack({ LOG_LEVEL: 'warn', KEEP_SOURCE: '7' })
}, 60_000)

afterAll(async () => {
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const call = async (path: string, json: object) => {
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(json) }
    const answer = await fetchOwned(`${stack.origin}/api/uploads${path}`, init)
    if (!answer.ok) throw new Error(await answer.text())
    return answer.json()
  }
  const begun = { name, size: bytes.length, type: 'video/mp4', fingerprint: name }
  const { videoId } = (await call('', begun)) as { videoId: string }
  const { parts } = (await call(`/${videoId}/parts`, { partNumbers: [1] })) as {
    parts: { url: string }[]
  }
  const sent = await fetch(parts[0]?.url ?? '', { method: 'PUT', body: bytes })
  const etag = sent.headers.get('etag') ?? ''
  await call(`/${videoId}/complete`, { parts: [{ partNumber: 1, etag }] })
  return videoId
}

const read = async (videoId: string) =>
  (await (await fetchOwned(`${stack.origin}/api/videos/${videoId}`)).json()) as VideoView
const untilIn = (videoId: string, state: VideoView['state']) =>
  expect.poll(async () => (await read(videoId)).state, { timeout: 30_000 }).toBe(state)
const operations = async () =>
  (await (await fetchOwned(`${stack.origin}/api/operations`)).json()) as OperationsView

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

it('an admin looks after what others have put here', async () => {
  const broken = await upload('No film.mp4', Buffer.from('This is no film. '.repeat(99)))
  const film = await upload('A short film.mp4', new Uint8Array(await readFile(clip)))
  await untilIn(broken, 'failed')
  await untilIn(film, 'ready')

  const browser = await openBrowser()
  const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage()
  await page.goto(`${stack.origin}/admin`)
  const failed = part(page, 'What has failed').getByRole('listitem')
  await failed.getByText('not a video this installation can read').waitFor()
  expect(await failed.getByRole('link').textContent()).toBe('No film')

  const before = (await read(broken)).version
  await failed.getByRole('button', { name: 'Make “No film” again' }).click()
  await page.getByText('“No film” is being made again.').first().waitFor()
  await expect.poll(async () => (await read(broken)).version).toBeGreaterThan(before)
  // It is no better.
  await untilIn(broken, 'failed')
  expect((await operations()).failures).toMatchObject([{ videoId: broken }])

  const find = part(page, 'Look after a video')
  await find.getByLabel('Its address, or its id').fill('film')
  await find.getByRole('button', { name: 'Find' }).click()
  await find.getByText('There is no id of a video in it').waitFor()
  await find.getByLabel('Its address, or its id').fill(`${stack.origin}/watch/${film}?share=x`)
  await find.getByRole('button', { name: 'Find' }).click()
  await find.getByRole('link', { name: 'A short film' }).waitFor()
  await find.getByRole('button', { name: 'Make “A short film” again' }).click()
  await page.getByText('“A short film” is being made again.').first().waitFor()
  const watching = await page.context().newPage()
  await watching.goto(`${stack.origin}/watch/${film}`)
  await watching.waitForFunction(() => window.millrace?.firstFrameAt)
  await expect.poll(async () => (await operations()).working, { timeout: 30_000 }).toEqual([])
  expect((await read(film)).version).toBeGreaterThan(2_000_000_000)

  await find.getByRole('button', { name: 'Delete “A short film”' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('“A short film” is deleted.').first().waitFor()
  await expect.poll(() => find.getByRole('listitem').count()).toBe(0)
  await watching.reload()
  await watching.getByRole('heading', { name: 'There is no such video' }).waitFor()
  const done = part(page, 'What was done')
  await done.getByText('had a video made again').first().waitFor()
  await done.getByText('deleted a video').waitFor()
}, 90_000)
