// Keeps the screen on while a film plays (Screen Wake Lock API), and only then.
import { effect, type ReadonlySignal } from '@preact/signals'

export function keepScreenOn(playing: ReadonlySignal<boolean>): () => void {
  if (!('wakeLock' in navigator)) return () => {}
  let wanted = false
  let lock: WakeLockSentinel | null = null

  async function take() {
    try {
      const taken = await navigator.wakeLock.request('screen')
      if (wanted && !lock) lock = taken
      else await taken.release()
    } catch {
      // A battery saver may refuse it: the screen then goes as it does for everything else.
    }
  }
  function drop() {
    lock?.release().catch(() => {})
    lock = null
  }
  const stop = effect(() => {
    wanted = playing.value
    if (wanted) void take()
    else drop()
  })
  // Browsers take the lock away from a page that is hidden.
  const onVisible = () => {
    if (document.visibilityState !== 'visible') return
    drop()
    if (wanted) void take()
  }
  document.addEventListener('visibilitychange', onVisible)
  return () => {
    stop()
    wanted = false
    drop()
    document.removeEventListener('visibilitychange', onVisible)
  }
}
