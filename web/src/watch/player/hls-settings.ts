// hls.js as we run it: measured for playlists that still grow, patient with a server that holds requests, modest in memory.
import type { HlsConfig } from 'hls.js'
import type { Spending } from '../memory/spending.ts'

/** The server holds a first request up to 25 s and a reload up to three target durations. */
const held = {
  default: {
    maxTimeToFirstByteMs: 35_000,
    maxLoadTimeMs: 45_000,
    timeoutRetry: { maxNumRetry: 3, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 6, retryDelayMs: 700, maxRetryDelayMs: 5_000 },
  },
}

/** An object that does not come within a few seconds: the recovery decides how long it is worth waiting. */
const objects = {
  default: {
    maxTimeToFirstByteMs: 10_000,
    maxLoadTimeMs: 60_000,
    timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 3, retryDelayMs: 400, maxRetryDelayMs: 2_000 },
  },
}

export const settings: Partial<HlsConfig> = {
  // Growing playlists would otherwise start at their live edge.
  startPosition: 0,
  testBandwidth: false,
  startFragPrefetch: true,
  // Segments are fMP4: next to nothing to do, and no second script to start.
  enableWorker: false,
  // Only then does hls.js chain blocking reloads.
  lowLatencyMode: true,
  manifestLoadPolicy: held,
  playlistLoadPolicy: held,
  fragLoadPolicy: objects,
  // By default one failed answer costs a rung for good.
  errorPenaltyExpireMs: 20_000,
  // A long film must not fill the memory behind the viewer.
  backBufferLength: 60,
}

/** May be set again while it plays: hls.js reads them whenever it decides what to load. */
export const bufferingOf = ({
  aheadSeconds,
  mostAheadSeconds,
}: Spending): Pick<HlsConfig, 'maxBufferLength' | 'maxMaxBufferLength'> => ({
  maxBufferLength: aheadSeconds,
  maxMaxBufferLength: mostAheadSeconds,
})
