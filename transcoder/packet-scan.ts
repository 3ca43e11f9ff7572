// ffprobe's packet lines as a packet table. Pure; a film has a million lines, so none becomes an object.
import { MillraceError } from '#domain/errors.ts'
import type { Rational } from '#domain/rational.ts'
import { type PacketTable, shownBetween } from '#domain/timeline.ts'

/** Growing columns of numbers: 8 bytes a value, whatever the length. */
function createPacketColumns() {
  let capacity = 4096
  let pts = new Float64Array(capacity)
  let dts = new Float64Array(capacity)
  const keyframes: number[] = []
  let length = 0
  let latest = Number.NEGATIVE_INFINITY
  let lastDuration = 0
  return {
    add(packetPts: number, packetDts: number, duration: number, key: boolean): void {
      if (length === capacity) {
        capacity *= 2
        const [wider, widerDts] = [new Float64Array(capacity), new Float64Array(capacity)]
        wider.set(pts)
        widerDts.set(dts)
        pts = wider
        dts = widerDts
      }
      pts[length] = packetPts
      dts[length] = packetDts
      if (key) keyframes.push(length)
      if (packetPts >= latest) {
        latest = packetPts
        lastDuration = duration
      }
      length += 1
    },
    table: (timebase: Rational): PacketTable => ({
      timebase,
      pts: pts.subarray(0, length),
      dts: dts.subarray(0, length),
      lastDuration,
      keyframes,
    }),
  }
}

/** `pts,dts,duration,flags`; more columns may follow, and empty lines between. */
const packetLine = /^(-?\d+|N\/A),(-?\d+|N\/A),(\d+|N\/A),([A-Z_]+)/gm

const toNumber = (text: string | undefined) =>
  text === undefined || text === 'N/A' ? Number.NaN : Number(text)

/** How far a timestamp may fall back: muxers interleave coarsely, a restart falls back by minutes. */
const restartSeconds = 1
/** FFmpeg takes a transport stream's clock that starts again more than a minute earlier for one that ran over: 26 hours on. */
const leapSeconds = 12 * 3600

export interface Scan {
  table: PacketTable
  /** Packets without a presentation timestamp: none in all containers but AVI and MPEG program streams. */
  withoutPts: number
  /** Where the clock starts again; null where it is one. */
  restart: { packet: number; from: number; to: number } | null
}

/**
 * Packets to discard (flag D: cut off by an edit list) are left out.
 * @param order `decoded`: every packet counts at its decode time, for containers that know no other.
 */
export function readPackets(
  lines: string,
  timebase: Rational,
  order: 'shown' | 'decoded' = 'shown',
): Scan {
  const columns = createPacketColumns()
  const ticksOf = (seconds: number) => (seconds * timebase.den) / timebase.num
  const [slack, leap] = [ticksOf(restartSeconds), ticksOf(leapSeconds)]
  let withoutPts = 0
  let packets = 0
  let highest: number | null = null
  let restart: Scan['restart'] = null
  for (const [, ptsText, dtsText, durationText, flags = ''] of lines.matchAll(packetLine)) {
    if (flags.includes('D')) continue
    const [pts, dts, duration] = [toNumber(ptsText), toNumber(dtsText), toNumber(durationText)]
    if (Number.isNaN(pts)) withoutPts += 1
    // A reference frame with nothing behind it to tell its place is shown one frame after it was sent.
    const late = Number.isNaN(pts) ? dts + (duration || 0) : pts
    const shown = order === 'decoded' ? dts : late
    if (Number.isNaN(shown)) continue
    // Only of those that are said: what stands in for one that is not rises and falls with the reordering of frames.
    if (!Number.isNaN(dts)) {
      highest ??= dts
      if (dts < highest - slack || dts > highest + leap) {
        restart ??= { packet: packets, from: highest, to: dts }
      }
      highest = Math.max(highest, dts)
    }
    packets += 1
    columns.add(shown, Number.isNaN(dts) ? shown : dts, duration || 0, flags.includes('K'))
  }
  return { table: columns.table(timebase), withoutPts, restart }
}

/** The packets that are shown less than so many seconds after the first. */
export function firstSeconds(table: PacketTable, seconds: number): PacketTable {
  const { timebase, pts, dts } = table
  const end = shownBetween(table).first + (seconds * timebase.den) / timebase.num
  const keys = new Set(Array.from(table.keyframes))
  const columns = createPacketColumns()
  for (let i = 0; i < pts.length; i++) {
    const at = pts[i] ?? end
    if (at < end) columns.add(at, dts[i] ?? at, 0, keys.has(i))
  }
  return columns.table(timebase)
}

/** Streams that were put behind one another byte by byte, as by `cat`: which of two times a moment has can't be told. */
const clockStartsAgain =
  'The file holds several recordings one behind the other, and its clock starts again at each. Upload them one by one, or join them with a video editor first.'

/**
 * The timeline must be one: what restarts in the middle can't be placed on it.
 * @throws MillraceError `source-unreadable` for no packets at all, `unsupported-source`
 */
export function checkScan({ table, withoutPts, restart }: Scan): void {
  const { length } = table.pts
  if (length === 0) {
    throw new MillraceError('source-unreadable', { detail: 'the video stream has no packets' })
  }
  if (withoutPts > Math.max(2, length / 50)) {
    throw new MillraceError('unsupported-source', {
      detail: `${withoutPts} of ${length} packets have no presentation time`,
    })
  }
  if (restart) {
    const { packet, from, to } = restart
    throw new MillraceError('unsupported-source', {
      message: clockStartsAgain,
      detail: `timestamps start again at packet ${packet}: ${from} then ${to}`,
    })
  }
}
