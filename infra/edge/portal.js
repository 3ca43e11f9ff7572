// Gives the portal's page, or the one with the player alone, to every address that is a page of it; refuses media addresses that come without a token.
// A CloudFront Function (runtime 2.0: ES 5.1 plus const, let, async and arrow functions), run by the laptop's edge as well.

// What has a token but not the form of a playback address, and media addresses without one: nothing of the portal's.
const media = /^\/(t\/|[vp]\/[^/]+\/)/

// Whoever draws a preview of a link, or finds pages for others, and runs no script, or only some: told in tags what the page would
// show, and whether it may be found.
const crawlers =
  /facebookexternalhit|Facebot|Twitterbot|Slackbot|Discordbot|LinkedInBot|WhatsApp|TelegramBot|SkypeUriPreview|Embedly|Iframely|redditbot|Pinterestbot|Mastodon|Bluesky|vkShare|Applebot|Googlebot|bingbot|DuckDuckBot|YandexBot|Baiduspider/i
const shareToken = /^[\w.]{1,100}$/
const watched = /^\/watch\/(v_[0-9A-Za-z]{22})\/?$/

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by name.
function handler(event) {
  const request = event.request
  if (media.test(request.uri)) {
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
  const video = watched.exec(request.uri)
  const agent = request.headers['user-agent']
  const given = request.querystring.share
  const share = given && shareToken.test(given.value) ? given : null
  if (video && agent && crawlers.test(agent.value)) {
    return {
      statusCode: 302,
      statusDescription: 'Found',
      headers: {
        location: { value: `/api/share/${video[1]}${share ? `?share=${share.value}` : ''}` },
        'cache-control': { value: 'no-store' },
        vary: { value: 'User-Agent' },
      },
    }
  }
  // A name with a dot is a file and may be missing; everything else is drawn by the page.
  const name = request.uri.slice(request.uri.lastIndexOf('/') + 1)
  if (name.indexOf('.') < 0) {
    request.uri = request.uri.startsWith('/embed/') ? '/embed.html' : '/index.html'
  }
  return request
}
