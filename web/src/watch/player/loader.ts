// How hls.js fetches: what was prefetched at once, the rest as it does by itself; always with the newest token, and with the times
// in segments where it looks for them.
import Hls, { type HlsConfig, type Loader, type LoaderContext } from 'hls.js'
import { yieldToMain } from '../../yield-to-main.ts'
import type { PrefetchCache, Prefetched } from '../ahead/prefetch-cache.ts'
import { showFromZero } from './presentation-time.ts'

type LoadArguments = Parameters<Loader<LoaderContext>['load']>
type LoaderClass = new (config: HlsConfig) => Loader<LoaderContext>

export interface LoaderDeps {
  prefetched: PrefetchCache
  /** The address to ask instead of one that may be out of date. */
  current(url: string): string
}

export function createLoader({ prefetched, current }: LoaderDeps): LoaderClass {
  return class extends (Hls.DefaultConfig.loader as LoaderClass) {
    #given = true

    override load(...[context, config, callbacks]: LoadArguments) {
      context.url = current(context.url)
      const onSuccess: typeof callbacks.onSuccess = (response, ...facts) => {
        if (response.data instanceof ArrayBuffer) showFromZero(response.data)
        callbacks.onSuccess(response, ...facts)
      }
      const fetchIt = () => super.load(context, config, { ...callbacks, onSuccess })
      const found = prefetched.take(context.url, context.rangeStart ?? 0, context.rangeEnd ?? null)
      if (!found) return fetchIt()
      this.#given = false
      found.then(
        async piece => {
          // Much of what was prefetched comes at the same moment, and hls.js does a good deal with each.
          await yieldToMain()
          if (this.#given || !this.stats) return
          this.#given = true
          this.context = context
          const data =
            context.responseType === 'arraybuffer'
              ? piece.bytes
              : new TextDecoder().decode(piece.bytes)
          note(this.stats, piece)
          onSuccess({ url: piece.url, data, code: 200 }, this.stats, context, null)
        },
        () => {
          if (this.#given) return
          this.#given = true
          fetchIt()
        },
      )
    }

    override abort() {
      this.#given = true
      super.abort()
    }

    override destroy() {
      this.#given = true
      super.destroy()
    }
  }
}

/** As if it had been fetched just now, in the time it took: hls.js learns of the line from it. */
function note(stats: Loader<LoaderContext>['stats'], piece: Prefetched) {
  const end = performance.now()
  stats.loaded = piece.bytes.byteLength
  stats.total = piece.bytes.byteLength
  stats.loading.start = end - piece.milliseconds
  stats.loading.first = stats.loading.start + piece.firstByteMilliseconds
  stats.loading.end = end
}
