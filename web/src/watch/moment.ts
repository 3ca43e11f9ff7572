// A moment of a film in an address: «90», «90s», «1m30s», «1h2m3s», «1:30». Pure.

const colons = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d+)?)$/
const units = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/

/** Seconds; null for what is no moment. */
export function readMoment(text: string | null): number | null {
  if (!text) return null
  const found = colons.exec(text) ?? units.exec(text)
  if (!found) return null
  const [, hours = 0, minutes = 0, seconds = 0] = found
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}
