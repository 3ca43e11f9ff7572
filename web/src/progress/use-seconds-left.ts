// How long an encode still takes, looked at again every second so that the words move while the server is silent.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { KnownVideo } from './videos.ts'

const leastTellingRatio = 0.1

export function useSecondsLeft(known: KnownVideo | null): number | null {
  const now = useSignal(0)
  const processing = known?.view.state === 'processing'
  useEffect(() => {
    if (!processing) return
    const timer = setInterval(() => {
      now.value = performance.now() / 1000
    }, 1000)
    return () => clearInterval(timer)
  }, [processing])
  // Read, so that the component is drawn again; the time itself may be newer.
  void now.value
  // Early on the rate says little: probing, waiting and the lead are no measure of the ladder.
  const telling = known !== null && known.view.ratio >= leastTellingRatio
  return processing && telling ? known.pace.secondsLeft(performance.now() / 1000, 1) : null
}
