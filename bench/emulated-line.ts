// The line between a browser and the stack, as Chromium emulates it.
import type { CDPSession } from 'playwright-core'

/** What is not said is as the machine has it. */
export interface EmulatedLine {
  offline?: boolean
  delayMilliseconds?: number
  downBitsPerSecond?: number
  upBitsPerSecond?: number
}

/** The protocol counts bytes a second; -1: no limit. */
const throughput = (bitsPerSecond: number | undefined) =>
  bitsPerSecond === undefined ? -1 : bitsPerSecond / 8

export async function emulateLine(session: CDPSession, line: EmulatedLine): Promise<void> {
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: line.offline ?? false,
    latency: line.delayMilliseconds ?? 0,
    downloadThroughput: throughput(line.downBitsPerSecond),
    uploadThroughput: throughput(line.upBitsPerSecond),
  })
}
