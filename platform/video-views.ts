// Views of videos with their signed pictures, for every app that answers with a video.
import type { VideoView } from '#domain/video.ts'
import { linksEnd, toVideoView, type VideoRecords } from '#domain/view.ts'
import type { PlaybackSigner } from './playback-token.ts'

export interface VideoViews {
  /** @param canChange whether whoever will read it may change the video */
  viewOf(records: VideoRecords, canChange: boolean): Promise<VideoView>
  /** Weak: changes with the version, and when the signed addresses do. */
  etagOf(records: VideoRecords, view: VideoView): string
}

export function createVideoViews(deps: { signer: PlaybackSigner; now(): number }): VideoViews {
  const expiryOf = ({ meta }: VideoRecords) => linksEnd(meta, deps.now())

  return {
    async viewOf(records, canChange) {
      const pictures = records.count?.poster || records.count?.storyboard
      const token = pictures
        ? await deps.signer.sign({
            videoId: records.meta.videoId,
            epoch: records.meta.epoch ?? 0,
            expiresAt: expiryOf(records),
          })
        : 'unsigned'
      return toVideoView(records, { token, canChange })
    },
    etagOf(records, { version, canChange }) {
      const reader = canChange ? '' : '-viewer'
      return `W/"${version}-${expiryOf(records).toString(36)}${reader}"`
    },
  }
}
