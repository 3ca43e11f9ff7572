// Whoever came by a share link is asked for it wherever that video is read, and nowhere else.
import { expect, it } from 'vitest'
import { eventsPath, playbackPath, takeShare, videoPath } from '../../../web/src/api/paths.ts'

it('hands the token on for its own video alone', () => {
  takeShare('v_1', '?t=9&share=s_1.secret')
  takeShare('v_2', '?t=9')
  expect(videoPath('v_1')).toBe('/api/videos/v_1?share=s_1.secret')
  expect(playbackPath('v_1')).toBe('/api/videos/v_1/playback?share=s_1.secret')
  expect(videoPath('v_2')).toBe('/api/videos/v_2')
  expect(eventsPath(['v_2', 'v_1'])).toBe('/api/events?videos=v_2,v_1&share=s_1.secret')
  expect(eventsPath(['v_2'])).toBe('/api/events?videos=v_2')
})
