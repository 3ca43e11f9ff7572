// The OpenAPI document says what the apps really do, and the page of it needs nothing but itself.
import { describe, expect, it } from 'vitest'
import { errorCodes } from '#domain/error-codes.ts'
import { importReasons } from '#domain/import-reasons.ts'
import { docsPage } from '../../functions/status/docs-page.ts'
import { openApi } from '../../functions/status/openapi.ts'
import { routes } from '../../functions/status/routes.ts'

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
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(Object(methods)).map(method => `${method} ${path}`),
    )
    expect(documented.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort())
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
    expect(Problem.properties.reason.enum).toEqual(importReasons)
    expect(Problem.required).not.toContain('reason')
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
  const escaped = (text: string) => text.replace(/'/g, '&#39;')
  for (const { summary } of routes) expect(page).toContain(escaped(summary))
  for (const code of errorCodes) expect(page).toContain(`<code>${code}</code>`)
  for (const reason of importReasons) expect(page).toContain(`<code>${reason}</code>`)
  expect(page).not.toMatch(/<script|src=|@import|url\(|https?:\/\//)
})
