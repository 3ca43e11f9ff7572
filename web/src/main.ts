// The portal's first few lines: ask for what the address means to show, then start the portal, whose code comes meanwhile.
import { askEarly } from './api/early.ts'
import { playbackPath, videoPath } from './api/paths.ts'
import { firstPage, listPath, readQuery } from './library/query.ts'
import './look/look.css'
import { readRoute } from './route.ts'

const place = document.getElementById('portal')
if (!place) throw new Error('the page has no place for the portal')
const route = readRoute(location.pathname)
if (route.page === 'library') askEarly(listPath(readQuery(location.search), null, firstPage))
if (route.page === 'watch') {
  askEarly(videoPath(route.videoId))
  askEarly(playbackPath(route.videoId), { method: 'POST' })
}
const { start } = await import('./start.tsx')
await start(place)
