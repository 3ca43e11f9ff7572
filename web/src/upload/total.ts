// All uploads of the list as one: how much of them has arrived, how many are through. Pure.
import { formatBytes, formatTimeLeft, percentOf } from '../look/format.ts'
import { strings } from '../strings.ts'
import { isRunning, type JobView } from './job.ts'

export interface TotalInput {
  sizeBytes: number
  view: Pick<JobView, 'stage' | 'sentBytes'>
}

export interface Total {
  /** 0..1 of the bytes of all that are not given up. */
  ratio: number
  done: number
  count: number
  /** Bytes that go without anybody doing anything. */
  comingBytes: number
  running: boolean
}

/** Null when there is nothing to sum up: one file, or none on its way. */
export function totalOf(uploads: readonly TotalInput[]): Total | null {
  const counted = uploads.filter(
    ({ view }) => view.stage !== 'failed' && view.stage !== 'cancelling',
  )
  const open = counted.filter(({ view }) => view.stage !== 'uploaded')
  if (counted.length < 2 || open.length === 0) return null
  const coming = open.filter(({ view }) => view.stage !== 'paused')
  const sum = (of: readonly TotalInput[], bytes: (upload: TotalInput) => number) =>
    of.reduce((all, upload) => all + bytes(upload), 0)
  const all = sum(counted, upload => upload.sizeBytes)
  const sent = sum(counted, ({ view, sizeBytes }) =>
    view.stage === 'uploaded' ? sizeBytes : view.sentBytes,
  )
  return {
    ratio: all > 0 ? sent / all : 0,
    done: counted.length - open.length,
    count: counted.length,
    comingBytes: sum(coming, ({ view, sizeBytes }) => sizeBytes - view.sentBytes),
    running: open.some(({ view }) => isRunning(view.stage)),
  }
}

export function sayTotal(total: Total, bytesPerSecond: number | null): string {
  const { done, count, ratio, comingBytes, running } = total
  const rate = running ? bytesPerSecond : null
  return [
    strings.upload.doneOf(done, count),
    strings.percent(percentOf(ratio)),
    rate && strings.upload.rate(formatBytes(rate)),
    rate && strings.upload.left(formatTimeLeft(comingBytes / rate)),
  ]
    .filter(Boolean)
    .join(' · ')
}
