// Starts the portal in the page.
import { render } from 'preact'
import { App } from './app.tsx'
import './look/look.css'
import { createPortal, PortalProvider } from './portal.ts'
import { listen } from './router.ts'

const place = document.getElementById('portal')
if (!place) throw new Error('the page has no place for the portal')
listen()
render(
  <PortalProvider value={createPortal()}>
    <App />
  </PortalProvider>,
  place,
)
