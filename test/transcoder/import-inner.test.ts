// A worker asks nobody it may not, whatever stands in a record, a name or an answer: which addresses it connects to is watched.
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { createPublicFetch } from '#platform/public-fetch.ts'
import { createImporting, type Importing } from '../support/importing.ts'
import { innerLinks } from '../support/inner-links.ts'
import { watchConnections } from '../support/website.ts'

let importing: Importing

beforeAll(async () => {
  importing = await createImporting(inject('ministack'))
})
afterAll(() => importing.website.close())
beforeEach(() => importing.reset())

describe('a link that leads nowhere it may', () => {
  /** As it might stand in a record. */
  async function worked(url: string, fetchPublic = createPublicFetch()) {
    const task = await importing.begin()
    const meta = await importing.pipeline.videos.get(task.videoId)
    await importing.pipeline.videos.changeUpload(task.videoId, meta?.source.uploadId ?? '', {
      import: { url, receivedBytes: 0 },
    })
    const store = new URL(importing.pipeline.services.endpoint ?? '').port
    const connections = watchConnections()
    const { meta: after } = await importing.work(task, importing.worker({ fetchPublic }))
    return { meta: after, asked: connections.others(store) }
  }

  it('is not asked by a worker either', async () => {
    // Every sixth: all of them are given to the API, and to the fetch itself. What is no address never stands in a record.
    const urls = innerLinks.filter(
      (link, index) => index % 6 === 0 && URL.canParse(link) && link === link.trim(),
    )
    const fetchPublic = createPublicFetch({
      resolve: async () => [{ address: '10.0.0.1', family: 4 }],
    })
    const outcomes = await Promise.all(urls.map(url => worked(url, fetchPublic)))
    expect(urls.length).toBeGreaterThan(15)
    outcomes.forEach(({ meta, asked }, index) => {
      expect(asked).toEqual([])
      expect([urls[index], meta?.state, meta?.failure?.code]).toEqual([
        ...[urls[index], 'failed', 'import-refused'],
      ])
    })
  })

  it('is not asked when its name leads inside by the time it is fetched', async () => {
    const resolve = vi.fn().mockResolvedValueOnce([{ address: '127.0.0.1', family: 4 }])
    const { meta, asked } = await worked(
      'http://films.example.com/',
      createPublicFetch({ resolve }),
    )
    expect(asked).toEqual([])
    expect(meta?.failure?.code).toBe('import-refused')
    expect(importing.website.site.heard).toEqual([])
  })

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://inner.example.com/',
    'http://[::1]/',
    'file:///etc/passwd',
  ])('is not asked when a website leads on to it: %s', async location => {
    importing.website.site.answer = (_request, response) =>
      response.writeHead(302, { location }).end()
    const { meta, asked } = await worked('http://films.example.com/', importing.website.fetchPublic)
    expect(asked).toEqual([`127.0.0.1:${importing.website.port}`])
    expect(meta?.failure?.code).toBe('import-refused')
  })

  it('is left after three times leading on', async () => {
    importing.website.site.answer = (_request, response) =>
      response.writeHead(302, { location: '/on' }).end()
    const { meta } = await worked('http://films.example.com/', importing.website.fetchPublic)
    expect(meta?.failure?.message).toBe('The link leads on from website to website.')
    expect(importing.website.site.heard).toHaveLength(4)
  })
})
