// A video as the API answers it, for tests that change one thing of it.
import type { VideoView } from '../../../domain/video.ts'

export const someId = 'v_0123456789abcdefghijkL'
export const otherId = 'v_0123456789abcdefghijkM'

export function someVideo(change: Partial<VideoView> = {}): VideoView {
  return {
    videoId: someId,
    title: 'Lake',
    visibility: 'private',
    canChange: true,
    state: 'processing',
    ratio: 0.4,
    playable: true,
    sizeBytes: 1000,
    durationSeconds: 60,
    width: 1280,
    height: 720,
    soundOnly: false,
    rungs: [],
    posterUrl: null,
    import: null,
    posterColor: null,
    storyboardUrl: null,
    failure: null,
    createdAt: '2030-01-01T00:00:00Z',
    version: 5,
    ...change,
  }
}
