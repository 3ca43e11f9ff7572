// A file that is as young as the process is alive, for a health check from outside: no port, no request, nothing to attack.
import { writeFileSync } from 'node:fs'

/** The check asks for a file younger than a minute. */
const beatEveryMilliseconds = 10_000

export interface Pulse {
  stop(): void
}

/** @param file without one there is no pulse */
export function startPulse(
  file: string | undefined,
  everyMilliseconds = beatEveryMilliseconds,
): Pulse {
  if (!file) return { stop: () => undefined }
  const beat = () => writeFileSync(file, `${process.pid}\n`)
  beat()
  const timer = setInterval(() => {
    try {
      beat()
    } catch {
      // The file grows old, and whoever looks at it decides; the work goes on.
    }
  }, everyMilliseconds)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
