// Leaves out of hls.js what Millrace never plays, so that the player's code stays small: its parts hang on one table of defaults, and
// what nothing hangs on is dropped by the bundler. Alternate sound and captions stay, which `hls.js/light` has not.

/** DRM, client data for CDNs, content steering, playback by I-frames, advertisements. */
const unused = [
  'emeController: EMEController',
  'cmcdController: CMCDController',
  'contentSteeringController: ContentSteeringController',
  'iframeController: IFrameController',
  'interstitialsController: InterstitialsController',
]

/** A plugin of Vite's. */
export function leanHls() {
  return {
    name: 'lean-hls',
    transform(code: string, id: string): string | null {
      if (!/\/hls\.js\/dist\/hls\.mjs/.test(id)) return null
      return unused.reduce((lean, part) => {
        // Said aloud, or a newer hls.js would quietly be large again.
        if (!lean.includes(part)) throw new Error(`hls.js has no "${part}" any more`)
        return lean.replace(part, `${part.split(':')[0]}: undefined`)
      }, code)
    },
  }
}
