// The OpenAPI document, made from the very schemas the apps check with, and a page of it that needs no script.
import * as z from 'zod/mini'
import * as api from '#domain/api.ts'

interface Route {
  method: 'get' | 'post' | 'patch' | 'delete'
  path: string
  summary: string
  /** Also for whoever came by a share link. */
  shared?: true
  query?: z.ZodMiniType
  body?: SchemaName
  bodyOptional?: true
  /** Status to the schema of the answer, or what it means where it has none. */
  answers: Readonly<Record<number, SchemaName | { says: string }>>
}

const named = {
  BeginUpload: api.BeginUpload,
  BegunUpload: api.BegunUpload,
  SignParts: api.SignParts,
  SignedParts: api.SignedParts,
  HeldParts: api.HeldParts,
  CompleteUpload: api.CompleteUpload,
  ChangeVideo: api.ChangeVideo,
  OpenPlayback: api.OpenPlayback,
  CreateShare: api.CreateShare,
  ShareView: api.ShareView,
  ShareList: api.ShareList,
  VideoView: api.VideoView,
  VideoPage: api.VideoPage,
  UsageView: api.UsageView,
  PlaybackView: api.PlaybackView,
  Oembed: api.Oembed,
  Problem: api.Problem,
} satisfies Record<string, z.ZodMiniType>
type SchemaName = keyof typeof named

const upload = '/api/uploads/{videoId}'
const video = '/api/videos/{videoId}'
const stream = {
  says: 'Server-sent events: `video` with a VideoView, `gone` with a videoId, `done` when all are final.',
}

export const routes: readonly Route[] = [
  {
    method: 'post',
    path: '/api/uploads',
    summary: 'Begin an upload, or go on with the unfinished one of the same file.',
    body: 'BeginUpload',
    answers: { 201: 'BegunUpload', 200: 'BegunUpload' },
  },
  {
    method: 'post',
    path: `${upload}/parts`,
    summary: 'Sign addresses for parts: PUT exactly `size` bytes to each. After a 403 ask again.',
    body: 'SignParts',
    answers: { 200: 'SignedParts' },
  },
  {
    method: 'get',
    path: `${upload}/parts`,
    summary: 'The parts the store holds already.',
    answers: { 200: 'HeldParts' },
  },
  {
    method: 'post',
    path: `${upload}/complete`,
    summary: 'All parts are there: make a video of them. May be called again.',
    body: 'CompleteUpload',
    answers: { 202: 'VideoView' },
  },
  {
    method: 'delete',
    path: upload,
    summary: 'Abort an unfinished upload.',
    answers: { 204: { says: 'It is gone.' } },
  },
  {
    method: 'get',
    path: '/api/videos',
    summary:
      'Your videos, the newest first: searched, filtered and sorted. While there is a cursor there may be more, also after a page that holds none.',
    query: api.ListQuery,
    answers: { 200: 'VideoPage' },
  },
  {
    method: 'get',
    path: '/api/usage',
    summary: 'How many videos you have, how large their files are and how long they play.',
    answers: { 200: 'UsageView' },
  },
  {
    method: 'get',
    path: video,
    summary: 'One video. Send the ETag back as If-None-Match to learn of changes only.',
    shared: true,
    answers: { 200: 'VideoView', 304: { says: 'Nothing has changed.' } },
  },
  {
    method: 'patch',
    path: video,
    summary:
      'Rename a video, or say whom it is for. When it becomes private, links that were given to others end at once.',
    body: 'ChangeVideo',
    answers: { 200: 'VideoView' },
  },
  {
    method: 'delete',
    path: video,
    summary: 'Delete a video with everything made of it.',
    answers: {
      202: { says: 'It cannot be played any more and will be gone soon.' },
      204: { says: 'There is none.' },
    },
  },
  {
    method: 'get',
    path: `${video}/shares`,
    summary:
      'The share links of a video that hold: whoever has one may watch it, signed in or not.',
    answers: { 200: 'ShareList' },
  },
  {
    method: 'post',
    path: `${video}/shares`,
    summary: 'Make a share link, for a time or until it is taken back.',
    body: 'CreateShare',
    answers: { 201: 'ShareView' },
  },
  {
    method: 'delete',
    path: `${video}/shares/{shareId}`,
    summary: 'Take a share link back: whoever watches by it is shut out within seconds.',
    answers: { 204: { says: 'It does not hold any more.' } },
  },
  {
    method: 'post',
    path: `${video}/playback`,
    summary: 'Signed addresses to play a video, also while it is still being made.',
    shared: true,
    body: 'OpenPlayback',
    bodyOptional: true,
    answers: { 200: 'PlaybackView' },
  },
  {
    method: 'get',
    path: `${video}/events`,
    summary: 'Follow one video.',
    shared: true,
    answers: { 200: stream, 204: { says: 'The end has been told already: do not come back.' } },
  },
  {
    method: 'get',
    path: '/api/events',
    summary: 'Follow many videos on one connection.',
    query: api.EventsQuery,
    answers: { 200: stream, 204: { says: 'The end has been told already: do not come back.' } },
  },
  {
    method: 'get',
    path: '/api/oembed',
    summary: 'How to show a video in another page (oembed.com). Needs a public origin.',
    query: api.OembedQuery,
    answers: { 200: 'Oembed', 501: { says: 'There is no format but json.' } },
  },
  {
    method: 'get',
    path: '/api/share/{videoId}',
    summary: 'A page of Open Graph and Twitter tags, where crawlers of other sites are sent to.',
    shared: true,
    answers: { 200: { says: 'HTML.' } },
  },
]

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
  const schemas = Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [name, jsonSchema(schema)]),
  )
  return {
    openapi: '3.1.0',
    info: { title: 'Millrace', version, description: 'Upload a file, play a video.' },
    paths,
    components: { schemas },
  }
}
