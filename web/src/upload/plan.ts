// What an upload still has to send. Pure: no clock, no network, no file.
import { partRange } from '#domain/parts.ts'

/** An upload the server has begun. `partBytes` is the size of every part but the last. */
export interface UploadPlan {
  videoId: string
  partBytes: number
  partCount: number
}

/** What the store holds or has just accepted: an etag, or null where the store did not show it to the browser. */
export type Etags = Map<number, string | null>

/** True when the parts the server planned add up to this file. */
export function planFits(sizeBytes: number, { partBytes, partCount }: UploadPlan): boolean {
  return partBytes > 0 && Math.ceil(sizeBytes / partBytes) === partCount
}

export function partSize(sizeBytes: number, partNumber: number, plan: UploadPlan): number {
  const { start, end } = partRange(sizeBytes, partNumber, plan)
  return end - start
}

/** The parts the store really holds: one of another size than planned has to be sent again. */
export function readHeld(
  sizeBytes: number,
  plan: UploadPlan,
  held: readonly { partNumber: number; size: number; etag: string }[],
): Etags {
  const whole = held.filter(
    ({ partNumber, size }) =>
      partNumber >= 1 &&
      partNumber <= plan.partCount &&
      size === partSize(sizeBytes, partNumber, plan),
  )
  return new Map(whole.map(({ partNumber, etag }) => [partNumber, etag]))
}

export function missingParts(plan: UploadPlan, etags: Etags): number[] {
  const numbers = Array.from({ length: plan.partCount }, (_, index) => index + 1)
  return numbers.filter(partNumber => !etags.has(partNumber))
}

export function sentBytes(sizeBytes: number, plan: UploadPlan, etags: Etags): number {
  let sum = 0
  for (const partNumber of etags.keys()) sum += partSize(sizeBytes, partNumber, plan)
  return sum
}
