// Which languages of a film are heard and read at first: those the viewer chose in the films before, where this one has them.
import { effect } from '@preact/signals'
import type { WatchPreferences } from '../memory/watch-preferences.ts'
import type { Source, Track, Tracks } from './source.ts'

/** The track of a language, «en» standing for «en-GB» too; null: there is none. */
export function trackIn(all: readonly Track[], language: string | null): Track | null {
  if (language === null) return null
  const base = (tag: string | null) => tag?.toLowerCase().split('-')[0]
  return (
    all.find(track => track.language?.toLowerCase() === language.toLowerCase()) ??
    all.find(track => base(track.language) === base(language)) ??
    null
  )
}

/** A language's name in the language of the page («German»); what the film calls the track where it does not say. */
export function nameOfTrack({ name, language }: Track, locale: string): string {
  if (language === null || language === 'und') return name
  try {
    const said = new Intl.DisplayNames(locale, { type: 'language' }).of(language)
    if (!said || said === language) return name || language
    const plain = name === '' || name.toLowerCase() === said.toLowerCase() || isNumbered(name)
    return plain ? said : `${said} (${name})`
  } catch {
    return name || language
  }
}

/** What the packager says of a track without a name. */
const isNumbered = (name: string) => /^audio \d+( \d+)?$/i.test(name)

export function keepTracks(source: Source, { sound, captions }: WatchPreferences): () => void {
  const once = (tracks: Tracks, language: string | null) => {
    let done = false
    return effect(() => {
      const track = trackIn(tracks.all.value, language)
      if (done || !track) return
      done = true
      tracks.choose(track.id)
    })
  }
  const stops = [once(source.sounds, sound), once(source.captions, captions)]
  return () => {
    for (const stop of stops) stop()
  }
}
