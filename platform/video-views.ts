// Views of videos with their signed pictures, for every app that answers with a video.
import type { VideoView } from '#domain/video.ts'
import { linksEnd, toVideoView, type VideoRecords } from '#domain/view.ts'
import type { PlaybackSigner } from './playback-token.ts'

export interface VideoViews {
  /**
   * @param canChange whether whoever will read it may change the video
   * @param until when the share link ends by which it was found
   */
  viewOf(records: VideoRecords, canChange: boolean, until?: number | null): Promise<VideoView>
  /** Weak: changes with the version, and when the signed addresses do. */
  etagOf(records: VideoRecords, view: VideoView, until?: number | null): string
}

export function createVideoViews(deps: { signer: PlaybackSigner; now(): number }): VideoViews {
  const expiryOf = ({ meta }: VideoRecords, until: number | null) =>
    linksEnd(meta, deps.now(), until)

  return {
    async viewOf(records, canChange, until = null) {
      const pictures = records.count?.poster || records.count?.storyboard
      const token = pictures
        ? await deps.signer.sign({
            videoId: records.meta.videoId,
            epoch: records.meta.epoch ?? 0,
            expiresAt: expiryOf(records, until),
          })
        : 'unsigned'
      return toVideoView(records, { token, canChange })
    },
    etagOf(records, { version, canChange }, until = null) {
      const reader = canChange ? '' : '-viewer'
      return `W/"${version}-${expiryOf(records, until).toString(36)}${reader}"`
    },
  }
}
