// The OpenAPI document, made from the very schemas the apps check with, and a page of it that needs no script.
import * as z from 'zod/mini'
import { type Route, routes } from './routes.ts'
import { type SchemaName, schemas } from './schemas.ts'

const reference = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` })

function jsonSchema(schema: z.ZodMiniType) {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { unrepresentable: 'any' })
  return rest
}

const shareParameter = {
  name: 'share',
  in: 'query',
  required: false,
  description: 'The token of a share link to the video.',
  schema: { type: 'string' },
}

function parameters({ path, query, shared }: Route) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const { properties = {}, required = [] } = query ? jsonSchema(query) : {}
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    // What has a default is always there once read, and never needed.
    required: required.includes(name) && !(typeof schema === 'object' && 'default' in schema),
    schema,
  }))
  return [...inPath, ...inQuery, ...(shared ? [shareParameter] : [])]
}

function operation(route: Route) {
  const answers = Object.entries(route.answers).map(([status, answer]) => [
    status,
    typeof answer === 'string'
      ? {
          description: answer,
          content: { 'application/json': { schema: reference(answer) } },
        }
      : { description: answer.says },
  ])
  const problem = {
    description: 'What went wrong, by a stable code.',
    content: { 'application/problem+json': { schema: reference('Problem') } },
  }
  return {
    summary: route.summary,
    parameters: parameters(route),
    ...(route.body
      ? {
          requestBody: {
            required: !route.bodyOptional,
            content: { 'application/json': { schema: reference(route.body) } },
          },
        }
      : {}),
    responses: { ...Object.fromEntries(answers), default: problem },
  }
}

/** OpenAPI 3.1. */
export function openApi(version: string) {
  const paths: Record<string, Record<string, ReturnType<typeof operation>>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) }
  }
  const shapes = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, jsonSchema(schema)]),
  )
  return {
    openapi: '3.1.0',
    info: { title: 'Millrace', version, description: 'Upload a file, play a video.' },
    paths,
    components: { schemas: shapes },
  }
}
