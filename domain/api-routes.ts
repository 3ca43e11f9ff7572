// Which room answers a path of the HTTP API: the stacks make routes of it, the laptop asks it. Plain values.
import { pathMatches } from './delivery.ts'

export type ApiRoom = 'upload' | 'sign' | 'status' | 'accounts'

export interface ApiRoute {
  /** As in delivery.ts: `*` matches any run of characters. The first match wins; the last matches everything. */
  path: string
  room: ApiRoom
}

export const apiRoutes: readonly ApiRoute[] = [
  { path: '/api/uploads', room: 'upload' },
  { path: '/api/uploads/*', room: 'upload' },
  { path: '/api/imports', room: 'upload' },
  { path: '/api/videos/*/playback', room: 'sign' },
  ...[
    ...['account', 'account/*', 'session', 'session/*', 'sessions', 'sessions/*', 'keys', 'keys/*'],
    ...['users', 'users/*', 'invitations', 'invitations/*', 'tickets', 'audit'],
    'jwks.json',
  ].map(path => ({ path: `/api/${path}`, room: 'accounts' as const })),
  { path: '/*', room: 'status' },
]

export function roomFor(path: string): ApiRoom {
  return apiRoutes.find(route => pathMatches(route.path, path))?.room ?? 'status'
}
