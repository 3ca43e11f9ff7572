// Where the one bar of an upload stands: the way up is its first half, the encode its second. Pure; it never goes back.

export const uploadShare = 0.5

export interface Ratios {
  /** Bytes sent ÷ bytes, 0..1 */
  upload: number
  /** The video's own ratio, 0..1 */
  encode: number
}

export function barRatio({ upload, encode }: Ratios): number {
  return clamp(upload) * uploadShare + clamp(encode) * (1 - uploadShare)
}

/** The larger of two ratios: a part that is sent again, or an answer that overtook another, moves no bar back. */
export function forward(before: number, now: number): number {
  return Math.max(before, clamp(now))
}

function clamp(ratio: number): number {
  return Number.isFinite(ratio) ? Math.min(1, Math.max(0, ratio)) : 0
}
