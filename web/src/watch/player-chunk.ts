// The one way to the player's code, which is loaded only by those who watch or are about to.

export const loadPlayer = () => import('./player/player.tsx')

export function preloadPlayer() {
  // A chunk that does not come now is asked for again, aloud, when it is needed.
  loadPlayer().catch(() => {})
}
