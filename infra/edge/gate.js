// Lets a viewer with a token through to one video: checks /t/<token>/(v|p)/<videoId>/…, strips /t/<token>, refuses all else. The
// token may stand in a cookie as well: /c/(v|p)/<videoId>/….
// A CloudFront Function (runtime 2.0: ES 5.1 plus const, let, async and arrow functions), run by the laptop's edge as well.
// biome-ignore lint/style/noCommonJs: the runtime takes one script, which node:vm can run too.
// biome-ignore lint/style/useNodejsImportProtocol: the runtime knows it by this name only.
const crypto = require('crypto')

// Written by build.ts. Two secrets while they are being rotated; with none, nothing passes.
// `revoked`: video id → the lowest epoch whose tokens still open that video.
const keys = { secrets: [], revoked: {} }
const readSecrets = async () => keys.secrets
const readLowest = async videoId => keys.revoked[videoId]

// An allow-list: no empty, dot or encoded segment, no `;`, `\`, `%`, space or control character can pass. One slash a segment
// keeps the match linear.
const gated =
  /^(?:\/t\/([\w.-]+)|\/c)(\/[vp]\/(v_[0-9A-Za-z]{22})(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+)$/
const compact = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/
const cookieName = 'millrace-playback'

// {"alg":"HS256","typ":"JWT"} and the same with typ first. Compared as text: no other header, `none` least of all, is ever read.
const headers = ['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', 'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9']

const longestUri = 2048

/** True when both are equal; takes as long wherever they differ. */
function sameText(given, expected) {
  let difference = given.length ^ expected.length
  for (let i = 0; i < expected.length; i++) {
    difference |= given.charCodeAt(i) ^ expected.charCodeAt(i)
  }
  return difference === 0
}

/** RFC 7515 §5.2 for HS256. The digest is compared as base64url text, so another spelling of the same bytes fails. */
function signed(secrets, text, signature) {
  let found = false
  for (let i = 0; i < secrets.length; i++) {
    const expected = crypto.createHmac('sha256', secrets[i]).update(text).digest('base64url')
    if (sameText(signature, expected)) found = true
  }
  return found
}

// `e`, `exp` and `v` in each; `a` and `r` where it is bound to a network or a page.
const claimed = ['e,exp,v', 'a,e,exp,v', 'e,exp,r,v', 'a,e,exp,r,v']

/** The payload's claims, or null. Exactly those: a token made for something else does not open a video. */
function readClaims(segment) {
  const bytes = Buffer.from(segment, 'base64url')
  if (bytes.toString('base64url') !== segment) return null
  try {
    const claims = JSON.parse(bytes.toString())
    if (typeof claims !== 'object' || claims === null) return null
    if (claimed.indexOf(Object.keys(claims).sort().join()) < 0) return null
    return claims
  } catch (_notJson) {
    return null
  }
}

/** Whole, finite and not below zero: `1e999` leaves no rest of 0. */
const isCount = value => typeof value === 'number' && value >= 0 && value % 1 === 0

function opens(claims, videoId, lowestEpoch) {
  if (claims.v !== videoId) return false
  if (!isCount(claims.exp) || claims.exp <= Date.now() / 1000) return false
  if (!isCount(claims.e)) return false
  return lowestEpoch === undefined || claims.e >= lowestEpoch
}

/** The first 24 bits of an address of version 4, the first 48 of version 6: as domain/network.ts writes them into the token. */
function networkOf(address) {
  if (address.indexOf(':') < 0) return address.split('.').slice(0, 3).join('.')
  const halves = address.toLowerCase().split('::')
  const groups = halves[0] ? halves[0].split(':') : []
  if (halves.length > 1) {
    const tail = halves[1] ? halves[1].split(':') : []
    for (let left = 8 - groups.length - tail.length; left > 0; left--) groups.push('0')
    for (let i = 0; i < tail.length; i++) groups.push(tail[i])
  }
  return groups
    .slice(0, 3)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

const page = /^https?:\/\/([A-Za-z0-9.-]+(?::\d+)?)(?:[/?#]|$)/

/** The host of the page that asks. One that says nothing of itself but its origin, where it asks across origins, is known by that. */
function pageOf(headers) {
  const header = headers.referer || headers.origin
  const match = header && !header.multiValue ? page.exec(header.value) : null
  return match ? match[1].toLowerCase() : null
}

/** True where the token is bound to nothing, or to where this viewer is. */
function isHere(claims, event) {
  const viewer = event.viewer
  if ('a' in claims && !(viewer && claims.a === networkOf(viewer.ip))) return false
  return !('r' in claims) || (claims.r !== null && claims.r === pageOf(event.request.headers))
}

/** Empty where there is none, or more than one: nobody guesses which was meant. */
function tokenIn(cookies) {
  const cookie = cookies[cookieName]
  return cookie && !cookie.multiValue && cookie.value.length <= longestUri ? cookie.value : ''
}

function refusal() {
  return {
    statusCode: 403,
    statusDescription: 'Forbidden',
    headers: {
      'content-type': { value: 'application/problem+json' },
      'cache-control': { value: 'no-store' },
    },
    body: JSON.stringify({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      code: 'playback-refused',
      detail: 'This link does not open the video, or not any more. Ask for a new one.',
    }),
  }
}

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by name.
async function handler(event) {
  const request = event.request
  // A preflight carries no secret and gets nothing; the GET that follows is checked.
  if (request.method === 'OPTIONS') return { statusCode: 204, statusDescription: 'No Content' }
  if (request.uri.length > longestUri) return refusal()
  const match = gated.exec(request.uri)
  // Some engines let `$` match before a last line break: the whole must have matched.
  if (!match || match[0].length !== request.uri.length) return refusal()
  const token = compact.exec(match[1] || tokenIn(request.cookies))
  if (!token || headers.indexOf(token[1]) < 0) return refusal()
  if (!signed(await readSecrets(), `${token[1]}.${token[2]}`, token[3])) return refusal()
  const claims = readClaims(token[2])
  const videoId = match[3]
  if (!claims || !opens(claims, videoId, await readLowest(videoId))) return refusal()
  if (!isHere(claims, event)) return refusal()
  request.uri = match[2]
  return request
}
