// Starts the player in a frame: what a viewer needs and nothing of the library.
import { effect } from '@preact/signals'
import { render } from 'preact'
import { createApi } from '../api/client.ts'
import { takeShare } from '../api/paths.ts'
import { later } from '../later.ts'
import { Announcer } from '../look/announce.tsx'
import { IconSprite } from '../look/icons.tsx'
import { createLive } from '../progress/live.ts'
import { createVideos } from '../progress/videos.ts'
import { strings } from '../strings.ts'
import { preloadPlayer } from '../watch/player-chunk.ts'
import { Embed, Missing } from './embed.tsx'
import './embed.css'
import { readEmbedId, readEmbedOptions } from './options.ts'

const place = document.getElementById('embed')
if (!place) throw new Error('the page has no place for the player')
document.documentElement.lang = strings.locale.slice(0, 2)
document.documentElement.dir = strings.direction

const videoId = readEmbedId(location.pathname)
const options = readEmbedOptions(location.search)
if (options.autoplay) preloadPlayer()

if (videoId) takeShare(videoId, location.search)

const request = (path: string, init?: RequestInit) => fetch(path, init)
const api = createApi(request)
const videos = createVideos(() => performance.now() / 1000)
const live = createLive({
  request,
  openStream: url => new EventSource(url),
  later,
  onVideo: videos.take,
  onGone: videos.drop,
})
effect(() => live.follow(videos.active.value))

render(
  <>
    <IconSprite />
    {videoId ? <Embed {...{ videoId, options, api, videos }} /> : <Missing />}
    <Announcer />
  </>,
  place,
)
