// Every duration and count that more than one room must agree on, with the reason for its size. Plain numbers.

/** A claimed task and its message are hidden from others for this long at a time (lease = visibility timeout). */
export const leaseSeconds = 30
/** A heartbeat each 10 s: two may be lost. */
export const heartbeatsALease = 3
/** Receives are burnt by Spot interruptions and kills; real failures are counted in the task's record. */
export const maxReceives = 20
/** A message waits this long at most: SQS's own limit, 14 days. */
export const messageRetentionSeconds = 14 * 24 * 3600
/** So many real failures of one task fail the video. */
export const maxTries = 3
/** Wait before try 2 and 3 of a task. */
export const retryBackoffSeconds = [2, 10] as const
/** A lease held, or an attempt left to another FFmpeg build: the message is hidden again for this long. */
export const heldLeaseRetrySeconds = 5
/** The reaper looks this often. */
export const reapEverySeconds = 60
/** An FFmpeg build of which no worker has told for so many leases has none: each tells once a lease. */
export const leasesOfAnotherBuild = 4
/** A build that nobody has told of or asked for goes from the table. */
export const buildRecordSeconds = 7 * 24 * 3600
/** A task still not begun after this long is sent again: its message may be lost, a double one does no harm. */
export const resendAfterSeconds = 30 * 60
/** A lease that ran out this long ago is the reaper's: the message should have come back by itself. */
export const reapGraceSeconds = 60
/** A job of MediaConvert holds its task for this long after its last event; then a worker asks the service what became of it. */
export const conversionLeaseSeconds = 10 * 60
/** A website that sends nothing for so long has stopped. */
export const importSilenceSeconds = 30
/** A website that sends less than so much while we wait for it so long sends too slowly: others wait for the place. */
export const importLeast = { bytes: 600_000, seconds: 60 } as const
/** A file that takes longer to fetch is given up. Below the 12 h for which SQS lets one receive hide a message. */
export const importMaxSeconds = 6 * 3600
/** Unfinished uploads are kept for this long. */
export const abandonedUploadSeconds = 7 * 24 * 3600
/** A deletion sweeps a second time after this long, for what a worker wrote while it was being cut off. */
export const secondSweepSeconds = 15 * 60
/** What attempts that never played have left goes so long after another one is ready; what did play, when its links have ended. */
export const leftoverSeconds = secondSweepSeconds
/** An account's end looks once more for its videos after this long: for what began while its person was still in. */
export const accountSettleSeconds = 30
/** Admins see what has failed for so long. */
export const failureRecordSeconds = 30 * 24 * 3600
/** Presigned part URLs live this long; a 403 on use makes the client ask again. */
export const partUrlSeconds = 3600
/** A worker reports progress at most this often for one video. */
export const progressEverySeconds = 1
/** An asker for playback gets a fresh generation of growing playlists when the newest is older than this. */
export const generationSeconds = 15
/**
 * A missing segment is borrowed from a lower rung this long before a viewer who started at the first chance would show it:
 * time to answer the held reload, fetch and decode.
 */
export const borrowLeadSeconds = 4
/** RFC 8216bis §6.2.5.2: a blocking reload is held for at most three target durations. */
export const holdTargetDurations = 3
/** How long a first request may wait until there is anything to list. */
export const firstListHoldSeconds = 25
/** SSE: a comment at least this often keeps proxies from closing the stream. */
export const pingEverySeconds = 15
/** SSE: the stream ends by itself after this long and the client reconnects. */
export const streamLifeSeconds = 58
/** Playback tokens: the smallest lifetime, and the grid on which their end lies so that equal requests give equal URLs. */
export const tokenMinSeconds = 12 * 3600
export const tokenGridSeconds = 6 * 3600

/** When a playback token made now ends (epoch seconds): max(12 h, 4 × duration) from now, rounded up to 6 h. */
export function tokenExpiry(nowSeconds: number, durationSeconds: number): number {
  const life = Math.max(tokenMinSeconds, 4 * durationSeconds)
  return Math.ceil((nowSeconds + life) / tokenGridSeconds) * tokenGridSeconds
}

/** Of what is for everybody: the same addresses for a week, so that caches far from the edge keep what they open, too. */
export const publicTokenMinSeconds = 30 * 24 * 3600
export const publicTokenGridSeconds = 7 * 24 * 3600

/** When a token made now for a public video ends (epoch seconds): 30 days from now, rounded up to 7. */
export function publicTokenExpiry(nowSeconds: number): number {
  const earliest = nowSeconds + publicTokenMinSeconds
  return Math.ceil(earliest / publicTokenGridSeconds) * publicTokenGridSeconds
}
