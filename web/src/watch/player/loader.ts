// How hls.js fetches: what is in the larder at once, the rest as it does by itself; always with the newest token, and with the times
// in segments where it looks for them.
import Hls, { type HlsConfig, type Loader, type LoaderContext } from 'hls.js'
import { breathe } from '../../breath.ts'
import type { Larder, Stocked } from '../ahead/larder.ts'
import { showFromZero } from './presentation-time.ts'

type LoadArguments = Parameters<Loader<LoaderContext>['load']>
type LoaderClass = new (config: HlsConfig) => Loader<LoaderContext>

export interface LoaderDeps {
  larder: Larder
  /** The address to ask instead of one that may be out of date. */
  current(url: string): string
}

export function createLoader({ larder, current }: LoaderDeps): LoaderClass {
  return class extends (Hls.DefaultConfig.loader as LoaderClass) {
    #given = true

    override load(...[context, config, callbacks]: LoadArguments) {
      context.url = current(context.url)
      const onSuccess: typeof callbacks.onSuccess = (response, ...facts) => {
        if (response.data instanceof ArrayBuffer) showFromZero(response.data)
        callbacks.onSuccess(response, ...facts)
      }
      const fetchIt = () => super.load(context, config, { ...callbacks, onSuccess })
      const found = larder.take(context.url, context.rangeStart ?? 0, context.rangeEnd ?? null)
      if (!found) return fetchIt()
      this.#given = false
      found.then(
        async stocked => {
          // Much of the larder comes at the same moment, and hls.js does a good deal with each.
          await breathe()
          if (this.#given || !this.stats) return
          this.#given = true
          this.context = context
          const data =
            context.responseType === 'arraybuffer'
              ? stocked.bytes
              : new TextDecoder().decode(stocked.bytes)
          note(this.stats, stocked)
          onSuccess({ url: stocked.url, data, code: 200 }, this.stats, context, null)
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
function note(stats: Loader<LoaderContext>['stats'], stocked: Stocked) {
  const end = performance.now()
  stats.loaded = stocked.bytes.byteLength
  stats.total = stocked.bytes.byteLength
  stats.loading.start = end - stocked.milliseconds
  stats.loading.first = stats.loading.start + stocked.firstByteMilliseconds
  stats.loading.end = end
}
