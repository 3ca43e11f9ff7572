// Starts the portal in the page: its code comes by main.ts, all of it at once.
import { render } from 'preact'
import type { Staying } from './api/staying.ts'
import { App } from './app.tsx'
import { recallTheme, showTheme } from './look/theme.ts'
import { listenToNetwork } from './offline/network.ts'
import { registerWorker } from './offline/register.ts'
import { createPortal } from './portal.ts'
import { PortalProvider } from './portal-context.ts'
import { listen, route } from './router.ts'
import { strings } from './strings.ts'
import { preloadPlayer } from './watch/player-chunk.ts'
import { yieldToMain } from './yield-to-main.ts'

export async function start(place: Element, staying: Staying) {
  document.documentElement.lang = strings.locale.slice(0, 2)
  document.documentElement.dir = strings.direction
  showTheme(recallTheme())
  listen()
  listenToNetwork()
  // Whoever comes by a link to a video needs the player as early as anything.
  if (route.peek().page === 'watch') preloadPlayer()
  await yieldToMain()
  const portal = createPortal(staying)
  await yieldToMain()
  render(
    <PortalProvider value={portal}>
      <App />
    </PortalProvider>,
    place,
  )
  registerWorker()
}
