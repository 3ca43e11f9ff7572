// What a person does with a deployed stage, through its one address: uploads a clip in parts, watches it while it grows and when it
// is ready, deletes it.
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { z } from 'zod/mini'
import type { BegunUpload } from '#domain/api.ts'
import type { PlaybackView, VideoView } from '#domain/video.ts'
import type { AskEdge } from '../doctor/edge-client.ts'
import { expectStatus, readJson } from './answers.ts'

const pollMilliseconds = 200

export const adminEmail = 'rehearsal@example.com'
/** As from pages of the portal. */
const page = { 'sec-fetch-site': 'same-origin' }
const newPassword = () => randomBytes(16).toString('base64url')

/** By a link that was handed on, and signs in with it. */
export async function setPassword(edge: AskEdge, code: string): Promise<void> {
  const password = newPassword()
  const json = { code, password }
  const set = await edge('/api/account/new-password', { method: 'POST', headers: page, json })
  expectStatus(set, 204, 'a new password')
  const given = { email: adminEmail, password }
  const signedIn = await edge('/api/session', { method: 'POST', headers: page, json: given })
  expectStatus(signedIn, 200, 'signing in with it')
}

/** As a browser does, which sends what it is given back; the key is for everything after. */
export async function createAdminKey(edge: AskEdge, code: string): Promise<string> {
  const account = { email: adminEmail, name: 'Rehearsal', code, password: newPassword() }
  const made = await edge('/api/account', { method: 'POST', headers: page, json: account })
  expectStatus(made, 201, 'the first account')
  const given = made.headers['set-cookie'] ?? ''
  const cookies = [...given.matchAll(/(__Host-[\w-]+=[^;]+);/g)].map(([, cookie]) => cookie)
  if (cookies.length !== 2) throw new Error(`${cookies.length} cookies of two`)
  const asked = await edge('/api/keys', {
    method: 'POST',
    headers: { ...page, cookie: cookies.join('; ') },
    json: { name: 'rehearsal', scopes: ['admin'] },
  })
  return readJson<{ key: string }>(asked, 201, 'a key').key
}

export function withKey(edge: AskEdge, key: string): AskEdge {
  return (path, options = {}) =>
    edge(path, { ...options, headers: { authorization: `Bearer ${key}`, ...options.headers } })
}

export async function upload(edge: AskEdge, clip: Uint8Array, name: string): Promise<string> {
  const begun = readJson<z.infer<typeof BegunUpload>>(
    await edge('/api/uploads', {
      method: 'POST',
      json: { name, size: clip.byteLength, type: 'video/mp4', fingerprint: name },
    }),
    201,
    'an upload begins',
  )
  const { videoId, partSize, partCount } = begun
  const partNumbers = Array.from({ length: partCount }, (_, index) => index + 1)
  const path = `/api/uploads/${videoId}`
  const signed = readJson<{ parts: { partNumber: number; url: string }[] }>(
    await edge(`${path}/parts`, { method: 'POST', json: { partNumbers } }),
    200,
    'parts are signed',
  )
  const parts = await Promise.all(
    signed.parts.map(async ({ partNumber, url }) => {
      const start = (partNumber - 1) * partSize
      const body = clip.subarray(start, start + partSize)
      const answer = await fetch(url, { method: 'PUT', body: Buffer.from(body) })
      if (!answer.ok) throw new Error(`a part is refused: ${answer.status} ${await answer.text()}`)
      return { partNumber, etag: answer.headers.get('etag') ?? '' }
    }),
  )
  const completed = await edge(`${path}/complete`, { method: 'POST', json: { parts } })
  expectStatus(completed, 202, 'the upload completes')
  return videoId
}

/** Polls, as the portal does where nothing streams. The ratio must never fall. */
export async function until(
  edge: AskEdge,
  videoId: string,
  wanted: (video: VideoView) => boolean,
  seconds: number,
): Promise<VideoView> {
  const end = performance.now() + seconds * 1000
  let ratio = 0
  for (;;) {
    const answer = await edge(`/api/videos/${videoId}`)
    const video = readJson<VideoView>(answer, 200, 'the video is read')
    if (video.ratio < ratio) throw new Error(`the ratio fell from ${ratio} to ${video.ratio}`)
    ratio = video.ratio
    if (wanted(video)) return video
    if (video.failure) throw new Error(`the video failed: ${video.failure.message}`)
    if (performance.now() > end) throw new Error(`after ${seconds} s still ${video.state} ${ratio}`)
    await wait(pollMilliseconds)
  }
}

export async function openPlayback(edge: AskEdge, videoId: string): Promise<PlaybackView> {
  const answer = await edge(`/api/videos/${videoId}/playback`, { method: 'POST' })
  return readJson<PlaybackView>(answer, 200, 'playback opens')
}

/** The first address below a playlist's own that matches. */
export function addressIn(playlist: string, from: string, pattern: RegExp): string {
  const [, found] = pattern.exec(playlist) ?? []
  if (!found) throw new Error(`no ${pattern} in ${from}:\n${playlist.slice(0, 500)}`)
  return new URL(found, `https://host${from}`).pathname
}
