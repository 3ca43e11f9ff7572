// A worker that fetches a file: what arrives is the file, wherever it is cut off, and nothing else is left.
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { deleteVideo } from '#platform/delete-video.ts'
import { sweep } from '../../transcoder/sweep.ts'
import { createImporting, type Importing, partBytes } from '../support/importing.ts'
import { filmOf, serving } from '../support/website.ts'

let importing: Importing

beforeAll(async () => {
  importing = await createImporting(inject('ministack'))
})
afterAll(() => importing.website.close())
beforeEach(() => importing.reset())

describe('a file', () => {
  it.each([
    ['of less than a part', 12_345],
    ['of one part exactly', partBytes],
    ['of two parts and a rest', 2 * partBytes + 77],
    ['of more parts than there are buffers', 6 * partBytes],
  ])('%s is a video then', async (_what, sizeBytes) => {
    const film = filmOf(sizeBytes)
    importing.website.site.answer = serving(film)
    const task = await importing.begin()
    await importing.work(task)
    await importing.expectWhole(task, film)
    expect(importing.lines.join()).not.toContain('hidden')
  })

  it('whose length nobody says is fetched to its end', async () => {
    const film = filmOf(partBytes + 5)
    importing.website.site.answer = (_request, response) => {
      response.write(film.subarray(0, 1000))
      response.end(film.subarray(1000))
    }
    const task = await importing.begin()
    await importing.work(task)
    await importing.expectWhole(task, film)
  })

  it('that is asked for by another address in the end is followed there', async () => {
    const film = filmOf(1000)
    importing.website.site.answer = (request, response) =>
      request.url?.startsWith('/moved')
        ? serving(film)(request, response)
        : response.writeHead(302, { location: '/moved' }).end()
    const task = await importing.begin()
    await importing.work(task)
    await importing.expectWhole(task, film)
  })

  it('is asked for as it is', async () => {
    const asked: Record<string, unknown>[] = []
    const film = filmOf(1000)
    importing.website.site.answer = (request, response) => {
      asked.push(request.headers)
      serving(film)(request, response)
    }
    await importing.work(await importing.begin())
    expect(asked).toMatchObject([{ 'accept-encoding': 'identity' }])
    expect(asked[0]).not.toHaveProperty('range')
    expect(asked[0]).not.toHaveProperty('cookie')
  })

  it('is counted while it comes', async () => {
    // More than there are buffers: what comes later waits until some of it has arrived.
    const film = filmOf(6 * partBytes)
    importing.website.site.answer = serving(film)
    const task = await importing.begin()
    const seen: unknown[] = []
    const { videos, clock } = importing.pipeline
    const changeUpload: typeof videos.changeUpload = async (videoId, ...rest) => {
      const changed = await videos.changeUpload(videoId, ...rest)
      const records = await videos.records(videoId)
      if (records) seen.push((await importing.pipeline.views.viewOf(records, true)).import)
      return changed
    }
    // A second passes with each part.
    const fault = async (point: string) => {
      if (point === 'partly-sent') clock.seconds += 1
    }
    await importing.work(task, importing.worker({ videos: { ...videos, changeUpload }, fault }))
    const totalBytes = film.byteLength
    expect(seen[0]).toEqual({ receivedBytes: 0, totalBytes })
    expect(seen.at(-1)).toEqual({ receivedBytes: totalBytes, totalBytes })
    expect(seen.length).toBeGreaterThan(2)
    const records = await videos.records(task.videoId)
    expect(records && (await importing.pipeline.views.viewOf(records, true)).import).toBeNull()
  })
})

describe('cut off', () => {
  it('when it is deleted in the middle, and nothing is left', async () => {
    const film = filmOf(6 * partBytes)
    importing.website.site.answer = serving(film)
    const task = await importing.begin()
    let deleted = 0
    const fault = async (point: string) => {
      if (point !== 'partly-sent' || deleted > 0) return
      deleted = (await importing.app.request(`/api/uploads/${task.videoId}`, { method: 'DELETE' }))
        .status
    }
    const { meta, record } = await importing.work(task, importing.worker({ fault }))
    expect([deleted, meta, record]).toEqual([204, null, null])
    expect(importing.removed()).toBe(0)
    expect(await importing.openUploads(task.videoId)).toBe(0)
    expect(await importing.pipeline.source.head(`uploads/${task.videoId}/source`)).toBeNull()
  })

  it('when its video is deleted, and nothing is left but what says so', async () => {
    const { pipeline, website } = importing
    website.site.answer = serving(filmOf(6 * partBytes))
    const task = await importing.begin()
    let deleted = false
    const fault = async (point: string) => {
      const meta = await pipeline.videos.get(task.videoId)
      if (point !== 'partly-sent' || deleted || !meta) return
      deleted = true
      await deleteVideo({ ...pipeline, revoke: async () => undefined }, meta)
      await sweep({ ...pipeline, conversions: null }, { ...task, kind: 'sweep' })
    }
    const { meta, record } = await importing.work(task, importing.worker({ fault }))
    expect([deleted, meta?.state, record]).toEqual([true, 'deleting', null])
    expect(await importing.openUploads(task.videoId)).toBe(0)
    expect(await pipeline.source.head(meta?.source.key ?? '')).toBeNull()
  })

  it('between its last byte and the record, it is not fetched again', async () => {
    const film = filmOf(2 * partBytes + 5)
    importing.website.site.answer = serving(film)
    const task = await importing.begin()
    const dying = importing.worker({
      multipart: {
        ...importing.pipeline.multipart,
        complete: () => Promise.reject(new Error('killed')),
      },
    })
    await importing.work(task, dying)
    expect((await importing.pipeline.videos.get(task.videoId))?.state).toBe('uploading')
    await importing.work(task)
    await importing.expectWhole(task, film)
    expect(importing.website.site.heard).toHaveLength(1)
  })

  it('after the store has joined it, it is not fetched again', async () => {
    const film = filmOf(partBytes + 5)
    importing.website.site.answer = serving(film)
    const task = await importing.begin()
    const fault = (point: string) =>
      point === 'uploaded' ? Promise.reject(new Error('killed')) : Promise.resolve()
    await importing.work(task, importing.worker({ fault }))
    await importing.work(task)
    await importing.expectWhole(task, film)
    expect(importing.website.site.heard).toHaveLength(1)
  })

  it('after it was recorded as done, its video goes on all the same', async () => {
    const film = filmOf(1000)
    importing.website.site.answer = serving(film)
    const task = await importing.begin()
    const fault = (point: string) =>
      point === 'committed' ? Promise.reject(new Error('killed')) : Promise.resolve()
    await importing.work(task, importing.worker({ fault }))
    await importing.work(task)
    await importing.expectWhole(task, film)
  })

  it('does not disturb whoever is at it', async () => {
    const task = await importing.begin()
    await importing.pipeline.tasks.claim(task, 'another', importing.pipeline.now())
    const { record } = await importing.work(task)
    expect(record).toMatchObject({ state: 'leased', owner: 'another' })
    expect(importing.website.site.heard).toEqual([])
    expect(importing.removed()).toBe(1)
  })
})
