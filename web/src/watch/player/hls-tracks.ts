// The languages of a film in hls.js: sound, and captions.
import { signal } from '@preact/signals'
import Hls, { type MediaPlaylist } from 'hls.js'
import type { Track, Tracks } from './source.ts'

const toTrack = ({ id, name, lang }: MediaPlaylist): Track => ({
  id,
  name,
  language: lang || null,
})

export function soundsOf(hls: Hls): Tracks {
  const all = signal<readonly Track[]>([])
  const chosen = signal<number | null>(null)
  hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, (_, { audioTracks }) => {
    all.value = audioTracks.map(toTrack)
  })
  const note = (_: unknown, { id }: { id: number }) => {
    chosen.value = id
  }
  hls.on(Hls.Events.AUDIO_TRACK_SWITCHING, note)
  hls.on(Hls.Events.AUDIO_TRACK_SWITCHED, note)
  return {
    all,
    chosen,
    choose(id) {
      if (id !== null) hls.audioTrack = id
    },
  }
}

export function captionsOf(hls: Hls): Tracks {
  const all = signal<readonly Track[]>([])
  const chosen = signal<number | null>(null)
  hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, (_, { subtitleTracks }) => {
    all.value = subtitleTracks.map(toTrack)
  })
  hls.on(Hls.Events.SUBTITLE_TRACK_SWITCH, (_, { id }) => {
    chosen.value = id < 0 ? null : id
  })
  return {
    all,
    chosen,
    choose(id) {
      hls.subtitleDisplay = id !== null
      hls.subtitleTrack = id ?? -1
    },
  }
}
