// The portal's first few lines: ask for what the address means to show, then start the portal, whose code comes meanwhile.
import { askEarly, request } from './api/early.ts'
import { playbackPath, sessionPath, takeShare, videoPath } from './api/paths.ts'
import { createStaying } from './api/staying.ts'
import { firstPage, listPath, readQuery } from './library/query.ts'
import './look/look.css'
import { browserStore } from './memory.ts'
import { readRoute } from './route.ts'

const place = document.getElementById('portal')
if (!place) throw new Error('the page has no place for the portal')
const staying = createStaying({ store: browserStore(), send: request, nowMs: Date.now })
const ready = staying.ready()
const standing = askEarly(sessionPath, {}, ready)
const route = readRoute(location.pathname)
if (route.page === 'library') {
  const path = listPath(readQuery(location.search), null, firstPage)
  const kept = staying.read()
  // Strangers and guests have no library. Who nothing is known of may be one.
  if (!kept) askEarly(path, {}, standing.then(requireLibrary))
  else if (!kept.accounts || (kept.account && kept.account.role !== 'guest'))
    askEarly(path, {}, ready)
}
if (route.page === 'watch') {
  takeShare(route.videoId, location.search)
  askEarly(videoPath(route.videoId), {}, ready)
  askEarly(playbackPath(route.videoId), { method: 'POST' }, ready)
}
const { start } = await import('./start.tsx')
await start(place, staying)

async function requireLibrary(answer: Response) {
  const { accounts, account } = Object(await answer.clone().json())
  if (accounts && !account) throw new Error('a stranger')
}
