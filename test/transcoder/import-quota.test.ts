// An import brings no more than its person may have, whatever the website says of its length, and whatever comes beside it.
import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { sourceKey } from '#domain/keys.ts'
import { soleOwnerId } from '#platform/identity.ts'
import { createImporting, type Importing, mebibyte, partBytes } from '../support/importing.ts'
import { metaOf, newVideoId } from '../support/pipeline.ts'
import { endless, filmOf, serving } from '../support/website.ts'

let importing: Importing
/** What is there of earlier tests. */
let before = 0

beforeAll(async () => {
  importing = await createImporting(inject('ministack'))
})
afterAll(() => importing.website.close())
beforeEach(async () => {
  await importing.reset()
  await importing.limitTo(null)
  before = await used()
})

const used = async () => (await importing.pipeline.list.usage(soleOwnerId)).sizeBytes
const full = { code: 'quota-reached', message: /not enough room/ }

const lengthless =
  (film: Buffer): RequestListener =>
  (_request, response) => {
    response.write(film.subarray(0, 1000))
    response.end(film.subarray(1000))
  }

/** A video of theirs that stands in the list already. */
async function hold(sizeBytes: number): Promise<void> {
  const videoId = newVideoId()
  const source = { key: sourceKey(videoId), sizeBytes }
  await importing.pipeline.videos.create(metaOf(videoId, { state: 'ready', source }), null)
}

describe.each([
  ['whose length is said', serving],
  ['whose length nobody says', lengthless],
])('a file %s', (_which, site) => {
  it('that just fits is taken, and counts', async () => {
    const film = filmOf(2 * partBytes + 5)
    await importing.limitTo(before + film.byteLength)
    importing.website.site.answer = site(film)
    const task = await importing.begin()
    await importing.work(task)
    await importing.expectWhole(task, film)
    expect(await used()).toBe(before + film.byteLength)
  })

  it('that is a byte too long ends in words, and counts no more', async () => {
    const film = filmOf(2 * partBytes + 5)
    await importing.limitTo(before + film.byteLength - 1)
    await importing.expectFailed(await importing.fetchOne(site(film)), full)
    expect(await used()).toBe(before)
    expect(importing.website.site.heard).toHaveLength(1)
  })

  it('is at most one of two that come at once, where there is room for one', async () => {
    const film = filmOf(3 * partBytes)
    await importing.limitTo(before + film.byteLength * 1.5)
    importing.website.site.answer = site(film)
    const tasks = [await importing.begin(), await importing.begin()]
    await Promise.all(tasks.map(task => importing.work(task)))
    expect(await used()).toBeLessThanOrEqual(before + film.byteLength)
  })
})

it('nothing of a file that is too long is sent', async () => {
  await importing.limitTo(before + 1000)
  const sent: unknown[] = []
  const { multipart } = importing.pipeline
  const sendPart: typeof multipart.sendPart = (...part) => {
    sent.push(part[1])
    return multipart.sendPart(...part)
  }
  const deps = importing.worker({ multipart: { ...multipart, sendPart } })
  await importing.expectFailed(await importing.fetchOne(serving(filmOf(partBytes)), deps), full)
  expect(sent).toEqual([])
})

it('what never ends is sent no further than there is room', async () => {
  await importing.limitTo(before + 2 * partBytes + mebibyte)
  const sent: number[] = []
  const { multipart } = importing.pipeline
  const sendPart: typeof multipart.sendPart = (...part) => {
    sent.push(part[2].byteLength)
    return multipart.sendPart(...part)
  }
  const deps = importing.worker({ multipart: { ...multipart, sendPart } })
  await importing.expectFailed(await importing.fetchOne(endless, deps), full)
  expect(sent).toEqual([partBytes, partBytes])
})

it('what comes meanwhile counts for a file whose length nobody says', async () => {
  const film = filmOf(6 * partBytes)
  await importing.limitTo(before + film.byteLength)
  importing.website.site.answer = lengthless(film)
  let others = 0
  // Ten seconds pass with each part, and with the first of them comes another video.
  const fault = async (point: string) => {
    if (point !== 'partly-sent') return
    importing.pipeline.clock.seconds += 11
    others += 1
    if (others === 1) await hold(partBytes)
  }
  const task = await importing.begin()
  await importing.expectFailed(await importing.work(task, importing.worker({ fault })), full)
  expect(others).toBeLessThan(6)
})

it('what is on its way counts for whoever uploads beside it', async () => {
  const film = filmOf(3 * partBytes)
  await importing.limitTo(before + film.byteLength + 1000)
  const upload = (size: number) =>
    importing.app.request('/api/uploads', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'a.mp4', size, type: '', fingerprint: `a file of ${size}` }),
    })
  const statuses: number[] = []
  let asked = false
  const fault = async (point: string) => {
    if (point !== 'partly-sent' || asked) return
    asked = true
    for (const size of [1001, 1000]) statuses.push((await upload(size)).status)
  }
  importing.website.site.answer = serving(film)
  const task = await importing.begin()
  await importing.work(task, importing.worker({ fault }))
  expect(statuses).toEqual([403, 201])
  await importing.expectWhole(task, film)
})
