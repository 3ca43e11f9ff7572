// Full screen, also where only the video element itself can have it (iPhone).

interface PhoneVideo extends HTMLVideoElement {
  webkitEnterFullscreen?(): void
}

export function toggleFullscreen(frame: HTMLElement | null, video: PhoneVideo | null) {
  // A refusal changes nothing on the screen, and nothing needs to be said.
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {})
  else if (frame?.requestFullscreen) frame.requestFullscreen().catch(() => {})
  else video?.webkitEnterFullscreen?.()
}
