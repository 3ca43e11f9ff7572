// Starts the portal in the page.
import { render } from 'preact'
import { App } from './app.tsx'
import './look/look.css'
import { recallTheme, showTheme } from './look/theme.ts'
import { listenToNetwork, registerWorker } from './offline/register.ts'
import { createPortal, PortalProvider } from './portal.ts'
import { listen, route } from './router.ts'
import { strings } from './strings.ts'
import { preloadPlayer } from './watch/player-chunk.ts'

const place = document.getElementById('portal')
if (!place) throw new Error('the page has no place for the portal')
document.documentElement.lang = strings.locale.slice(0, 2)
document.documentElement.dir = strings.direction
showTheme(recallTheme())
listen()
listenToNetwork()
// Whoever comes by a link to a video needs the player as early as anything.
if (route.peek().page === 'watch') preloadPlayer()
render(
  <PortalProvider value={createPortal()}>
    <App />
  </PortalProvider>,
  place,
)
registerWorker()
