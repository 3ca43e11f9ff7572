// Starts the service worker once the page is there, so that it takes nothing from the first view.

export function registerWorker() {
  // Without a secure address, or forbidden: the portal works as well, with a network.
  if (!import.meta.env.PROD || !navigator.serviceWorker) return
  const register = () => void navigator.serviceWorker.register('/service-worker.js').catch(() => {})
  if (document.readyState === 'complete') register()
  else addEventListener('load', register, { once: true })
}
