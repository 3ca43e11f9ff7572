// The network an address is in, as a playback link can be bound to it. Plain values; the gate at the edge says it in the same words
// (infra/edge/gate.js), and a test holds one against the other.

const four = /^(?:\d{1,3}\.){3}\d{1,3}$/
const six = /^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/

/** `203.0.113`: the first 24 bits of an address of version 4. `2001:db8:0`: the first 48 of version 6. Null for what is no address. */
export function networkOf(address: string): string | null {
  const text = address.toLowerCase()
  if (four.test(text)) return text.split('.').slice(0, 3).map(Number).join('.')
  if (!six.test(text) || text.includes('.')) return null
  const [front = '', back] = text.split('::')
  const [head, tail] = [groupsOf(front), groupsOf(back)]
  const missing = back === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail]
  if (groups.length !== 8 || groups.some(group => !/^[0-9a-f]{1,4}$/.test(group))) return null
  return groups
    .slice(0, 3)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

const groupsOf = (text: string | undefined): string[] => (text ? text.split(':') : [])

/** Of a page that may play: lower case, with a port where it is not the usual one. */
export const referrerPattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/
