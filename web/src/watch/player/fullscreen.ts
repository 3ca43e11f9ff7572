// Full screen, also where only the video element itself can have it (iPhone). A refusal changes nothing on the screen, and nothing needs
// to be said.

interface PhoneVideo extends HTMLVideoElement {
  webkitEnterFullscreen?(): void
}

/** False in a frame whose page does not allow it. */
export const canFullscreen = (video: PhoneVideo): boolean =>
  document.fullscreenEnabled || video.webkitEnterFullscreen !== undefined

export function enterFullscreen(frame: HTMLElement | null, video: PhoneVideo | null) {
  if (frame?.requestFullscreen) frame.requestFullscreen().catch(() => {})
  else video?.webkitEnterFullscreen?.()
}

export function leaveFullscreen() {
  document.exitFullscreen().catch(() => {})
}

export function toggleFullscreen(frame: HTMLElement | null, video: HTMLVideoElement | null) {
  if (document.fullscreenElement) leaveFullscreen()
  else enterFullscreen(frame, video)
}

export function togglePictureInPicture(video: HTMLVideoElement) {
  if (!document.pictureInPictureEnabled) return
  const change = document.pictureInPictureElement
    ? document.exitPictureInPicture()
    : video.requestPictureInPicture()
  // Refused, as before the first frame.
  change.catch(() => {})
}
