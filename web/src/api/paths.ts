// Where a video is read and opened. Apart from the client, for what is asked before the client is there.

export const videoPath = (videoId: string) => `/api/videos/${videoId}`
export const playbackPath = (videoId: string) => `${videoPath(videoId)}/playback`
export const sessionPath = '/api/session'
