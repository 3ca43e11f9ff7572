// What a source may be at most. Defaults; an operator may lower or raise each by configuration. Plain numbers.
import { maxSourceBytes } from './parts.ts'

/** Of the MP4 made for download, unless configured otherwise: larger ones are hardly ever asked for, and are stored all the same. */
export const defaultMp4Gigabytes = 8

/** A source without an index that is larger is not read whole before its first picture, unless configured otherwise. */
export const defaultReadFirstMegabytes = 100

export interface SourceLimits {
  maxBytes: number
  maxDurationSeconds: number
  /** Long and short side of the picture. */
  maxLongSide: number
  maxShortSide: number
  maxFramesPerSecond: number
  maxStreams: number
  maxProbeSeconds: number
}

export const defaultLimits: SourceLimits = {
  maxBytes: maxSourceBytes,
  maxDurationSeconds: 8 * 3600,
  maxLongSide: 7680,
  maxShortSide: 4320,
  maxFramesPerSecond: 120,
  maxStreams: 16,
  maxProbeSeconds: 20,
}
