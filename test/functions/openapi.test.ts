// The OpenAPI document says what the apps really do, and the page of it needs nothing but itself.
import { describe, expect, it } from 'vitest'
import { errorCodes } from '#domain/errors.ts'
import { docsPage } from '../../functions/status/docs-page.ts'
import { openApi, routes } from '../../functions/status/openapi.ts'

const document = JSON.parse(JSON.stringify(openApi('1.2.3')))

/** Every `$ref` in a JSON value. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : references(inner),
  )
}

describe('the document', () => {
  it('names every address of the contract', () => {
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'post /api/uploads',
      'post /api/uploads/{videoId}/parts',
      'get /api/uploads/{videoId}/parts',
      'post /api/uploads/{videoId}/complete',
      'delete /api/uploads/{videoId}',
      'get /api/videos',
      'get /api/usage',
      'get /api/videos/{videoId}',
      'patch /api/videos/{videoId}',
      'delete /api/videos/{videoId}',
      'get /api/videos/{videoId}/shares',
      'post /api/videos/{videoId}/shares',
      'delete /api/videos/{videoId}/shares/{shareId}',
      'post /api/videos/{videoId}/playback',
      'get /api/videos/{videoId}/events',
      'get /api/events',
      'get /api/oembed',
      'get /api/share/{videoId}',
    ])
    expect(Object.keys(document.paths)).toHaveLength(14)
  })

  it('points at nothing that is not there', () => {
    const found = references(document)
    expect(found.length).toBeGreaterThan(10)
    for (const reference of found) {
      const [, , kind = '', name = ''] = reference.split('/')
      expect([reference, document.components[kind][name] !== undefined]).toEqual([reference, true])
    }
  })

  it('holds shapes, limits and codes', () => {
    const { VideoView, SignParts, BeginUpload, Problem } = document.components.schemas
    expect(VideoView.required).toContain('playable')
    expect(VideoView.properties.ratio).toEqual({ type: 'number', minimum: 0, maximum: 1 })
    expect(SignParts.properties.partNumbers).toMatchObject({ minItems: 1, maxItems: 100 })
    expect(BeginUpload.required).toEqual(['name', 'size', 'type', 'fingerprint'])
    expect(Problem.properties.code.enum).toEqual(errorCodes)
    const list = document.paths['/api/videos'].get.parameters
    expect(
      list.map(({ name, required }: { name: string; required: boolean }) => [name, required]),
    ).toEqual([
      ['cursor', false],
      ['limit', false],
      ['q', false],
      ['state', false],
      ['sort', false],
    ])
  })
})

it('the page shows every call and fetches nothing', async () => {
  const page = String(await docsPage('1.2.3'))
  for (const { summary } of routes) expect(page).toContain(summary)
  expect(page).not.toMatch(/<script|src=|@import|url\(|https?:\/\//)
})
