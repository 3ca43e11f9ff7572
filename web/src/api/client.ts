// The portal's side of the HTTP contract: one function a call, answers or a Problem, nothing retried here.
import type { StandingView } from '#domain/account.ts'
import type { LibraryUsage } from '#domain/listing.ts'
import type { PlaybackView, VideoView } from '#domain/video.ts'
import { type LibraryQuery, listPath } from '../library/query.ts'
import { playbackPath, sessionPath, videoPath } from './paths.ts'
import { Problem, readProblem } from './problem.ts'

/** `fetch`, or whatever stands in for it. */
export type Request = (path: string, init?: RequestInit) => Promise<Response>

export interface BegunUpload {
  videoId: string
  /** Bytes of every part but the last. */
  partSize: number
  partCount: number
  /** True when the server knew this file already: some parts may be there. */
  resumed: boolean
}
export interface HeldPart {
  partNumber: number
  size: number
  etag: string
}
export interface SignedPart {
  partNumber: number
  url: string
  size: number
}
export interface UploadFacts {
  name: string
  size: number
  type: string
  fingerprint: string
}
export interface VideoPage {
  videos: VideoView[]
  cursor: string | null
}

/** Longer than any function runs; after it there will be no answer. */
const answerWithinMs = 40_000

export type Api = ReturnType<typeof createApi>

export function createApi(request: Request) {
  async function call(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    keepalive = false,
  ) {
    const limit = AbortSignal.timeout(answerWithinMs)
    const response = await request(path, {
      method,
      ...(keepalive ? { keepalive } : {}),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      ...(body === undefined ? {} : body instanceof Blob ? { body } : jsonOf(body)),
    }).catch((cause: unknown) => {
      if (signal?.aborted) throw cause
      throw new Problem('network')
    })
    if (!response.ok) throw await readProblem(response)
    return response
  }

  async function json<Answer>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Answer> {
    return readJson(await call(method, path, body, signal))
  }

  return {
    /** Any call, for pages whose code comes later and knows the shape of the answer. */
    json,
    /** One without an answer worth reading. */
    call,
    readStanding(): Promise<StandingView> {
      return json('GET', sessionPath)
    },
    async signOut(): Promise<void> {
      await call('DELETE', sessionPath)
    },

    async beginUpload(facts: UploadFacts, signal?: AbortSignal): Promise<BegunUpload> {
      const response = await call('POST', '/api/uploads', facts, signal)
      const begun = await readJson<Omit<BegunUpload, 'resumed'>>(response)
      return { ...begun, resumed: response.status === 200 }
    },
    async heldParts(videoId: string, signal?: AbortSignal): Promise<HeldPart[]> {
      const path = `/api/uploads/${videoId}/parts`
      return (await json<{ parts: HeldPart[] }>('GET', path, undefined, signal)).parts
    },
    async signParts(videoId: string, partNumbers: number[], signal?: AbortSignal) {
      const path = `/api/uploads/${videoId}/parts`
      return (await json<{ parts: SignedPart[] }>('POST', path, { partNumbers }, signal)).parts
    },
    completeUpload(
      videoId: string,
      parts: { partNumber: number; etag: string }[],
      signal?: AbortSignal,
    ): Promise<VideoView> {
      return json('POST', `/api/uploads/${videoId}/complete`, { parts }, signal)
    },
    async abortUpload(videoId: string): Promise<void> {
      await call('DELETE', `/api/uploads/${videoId}`)
    },

    listVideos(
      query: LibraryQuery,
      cursor: string | null,
      limit: number,
      signal?: AbortSignal,
    ): Promise<VideoPage> {
      return json('GET', listPath(query, cursor, limit), undefined, signal)
    },
    readUsage(): Promise<LibraryUsage> {
      return json('GET', '/api/usage')
    },
    readVideo(videoId: string): Promise<VideoView> {
      return json('GET', videoPath(videoId))
    },
    renameVideo(videoId: string, title: string): Promise<VideoView> {
      return json('PATCH', videoPath(videoId), { title })
    },
    /** `leaving`: the request goes on when the page is gone. */
    async deleteVideo(videoId: string, leaving = false): Promise<void> {
      await call('DELETE', videoPath(videoId), undefined, undefined, leaving)
    },
    openPlayback(videoId: string, signal?: AbortSignal): Promise<PlaybackView> {
      return json('POST', playbackPath(videoId), undefined, signal)
    },
  }
}

const jsonOf = (body: unknown) => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})

/** An answer that breaks off, or a page of somebody in between, is no answer: the same request may bring one. */
async function readJson<Answer>(response: Response): Promise<Answer> {
  return response.json().catch(() => {
    throw new Problem('network')
  })
}
