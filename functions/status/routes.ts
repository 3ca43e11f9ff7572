// The HTTP API as a table: every call, what it takes and answers, and who may make it. The OpenAPI document and the page of it are made of
// this, and the test that asks every call as everybody.
import type * as z from 'zod/mini'
import type { PlainAction, VideoAction } from '#domain/access.ts'
import * as api from '#domain/api.ts'
import { accountRoutes } from './account-routes.ts'
import type { SchemaName } from './schemas.ts'

export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  path: string
  summary: string
  /** What has to be allowed (domain/access.ts); `anyone`: nothing. */
  access: PlainAction | VideoAction | 'anyone'
  /** Also for whoever came by a share link. */
  shared?: true
  query?: z.ZodMiniType
  body?: SchemaName
  bodyOptional?: true
  /** Status to the schema of the answer, or what it means where it has none. */
  answers: Readonly<Record<number, SchemaName | { says: string }>>
}

const upload = '/api/uploads/{videoId}'
const video = '/api/videos/{videoId}'
const stream = {
  says: 'Server-sent events: `video` with a VideoView, `gone` with a videoId, `done` when all are final.',
}

const videoRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/api/uploads',
    access: 'upload',
    summary: 'Begin an upload, or go on with the unfinished one of the same file.',
    body: 'BeginUpload',
    answers: { 201: 'BegunUpload', 200: 'BegunUpload' },
  },
  {
    method: 'post',
    path: `${upload}/parts`,
    access: 'change',
    summary: 'Sign addresses for parts: PUT exactly `size` bytes to each. After a 403 ask again.',
    body: 'SignParts',
    answers: { 200: 'SignedParts' },
  },
  {
    method: 'get',
    path: `${upload}/parts`,
    access: 'change',
    summary: 'The parts the store holds already.',
    answers: { 200: 'HeldParts' },
  },
  {
    method: 'post',
    path: `${upload}/complete`,
    access: 'change',
    summary: 'All parts are there: make a video of them. May be called again.',
    body: 'CompleteUpload',
    answers: { 202: 'VideoView' },
  },
  {
    method: 'delete',
    path: upload,
    access: 'delete',
    summary: 'Abort an unfinished upload or import.',
    answers: { 204: { says: 'It is gone.' } },
  },
  {
    method: 'post',
    path: '/api/imports',
    access: 'import',
    summary:
      'Fetch a video file from a public website, or go on with the unfinished import of the same address. `import` of the answer says how far it is.',
    body: 'BeginImport',
    answers: { 202: 'VideoView' },
  },
  {
    method: 'get',
    path: '/api/videos',
    access: 'list-own',
    summary:
      'Your videos, the newest first: searched, filtered and sorted. While there is a cursor there may be more, also after a page that holds none.',
    query: api.ListQuery,
    answers: { 200: 'VideoPage' },
  },
  {
    method: 'get',
    path: '/api/usage',
    access: 'list-own',
    summary: 'How many videos you have, how large their files are and how long they play.',
    answers: { 200: 'UsageView' },
  },
  {
    method: 'get',
    path: video,
    access: 'read',
    summary: 'One video. Send the ETag back as If-None-Match to learn of changes only.',
    shared: true,
    answers: { 200: 'VideoView', 304: { says: 'Nothing has changed.' } },
  },
  {
    method: 'patch',
    path: video,
    access: 'change',
    summary:
      'Rename a video, or say whom it is for. When it becomes private, links that were given to others end at once.',
    body: 'ChangeVideo',
    answers: { 200: 'VideoView' },
  },
  {
    method: 'delete',
    path: video,
    access: 'delete',
    summary: 'Delete a video with everything made of it.',
    answers: {
      202: { says: 'It cannot be played any more and will be gone soon.' },
      204: { says: 'There is none.' },
    },
  },
  {
    method: 'post',
    path: `${video}/rerun`,
    access: 'rerun',
    summary:
      'Make a video again from its file. One that plays goes on playing until that is done; one that has failed gets another chance.',
    answers: { 202: 'VideoView' },
  },
  {
    method: 'get',
    path: `${video}/shares`,
    access: 'share',
    summary:
      'The share links of a video that hold: whoever has one may watch it, signed in or not.',
    answers: { 200: 'ShareList' },
  },
  {
    method: 'post',
    path: `${video}/shares`,
    access: 'share',
    summary: 'Make a share link, for a time or until it is taken back.',
    body: 'CreateShare',
    answers: { 201: 'ShareView' },
  },
  {
    method: 'delete',
    path: `${video}/shares/{shareId}`,
    access: 'share',
    summary: 'Take a share link back: whoever watches by it is shut out within seconds.',
    answers: { 204: { says: 'It does not hold any more.' } },
  },
  {
    method: 'post',
    path: `${video}/playback`,
    access: 'watch',
    summary: 'Signed addresses to play a video, also while it is still being made.',
    shared: true,
    body: 'OpenPlayback',
    bodyOptional: true,
    answers: { 200: 'PlaybackView' },
  },
  {
    method: 'get',
    path: `${video}/events`,
    access: 'read',
    summary: 'Follow one video.',
    shared: true,
    answers: { 200: stream, 204: { says: 'The end has been told already: do not come back.' } },
  },
  {
    method: 'get',
    path: '/api/events',
    access: 'read',
    summary: 'Follow many videos on one connection.',
    query: api.EventsQuery,
    answers: { 200: stream, 204: { says: 'The end has been told already: do not come back.' } },
  },
  {
    method: 'get',
    path: '/api/oembed',
    access: 'anyone',
    summary: 'How to show a video in another page (oembed.com). Needs a public origin.',
    query: api.OembedQuery,
    answers: { 200: 'Oembed', 501: { says: 'There is no format but json.' } },
  },
  {
    method: 'get',
    path: '/api/share/{videoId}',
    access: 'anyone',
    summary: 'A page of Open Graph and Twitter tags, where crawlers of other sites are sent to.',
    shared: true,
    answers: { 200: { says: 'HTML.' } },
  },
]

const plainRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/api/openapi.json',
    access: 'anyone',
    summary: 'This contract, for programs: OpenAPI 3.1.',
    answers: { 200: { says: 'The document.' } },
  },
  {
    method: 'get',
    path: '/api/docs',
    access: 'anyone',
    summary: 'This contract, for people.',
    answers: { 200: { says: 'HTML.' } },
  },
  {
    method: 'get',
    path: '/api/operations',
    access: 'operations',
    summary: 'What waits in the queues, which videos are being worked at, and what has failed.',
    answers: { 200: 'OperationsView' },
  },
  {
    method: 'get',
    path: '/metrics',
    access: 'operations',
    summary: 'Figures for Prometheus; scrape with a key of the scope admin of an admin.',
    answers: { 200: { says: 'Text, version 0.0.4.' } },
  },
  {
    method: 'get',
    path: '/health',
    access: 'anyone',
    summary: 'Whether the API answers.',
    answers: { 200: { says: '`{"status":"ok"}`.' } },
  },
  {
    method: 'get',
    path: '/status',
    access: 'anyone',
    summary: 'What runs: the version, and how much waits in the queues.',
    answers: { 200: { says: 'Version, uptime and depths of the queues.' } },
  },
]

export const routes: readonly Route[] = [...videoRoutes, ...accountRoutes, ...plainRoutes]
