// Sends the missing parts of one file, several at a time, each until it is there or has failed too often.
import { partRange } from '#domain/parts.ts'
import type { SignedPart } from '../api/client.ts'
import { Problem } from '../api/problem.ts'
import type { Gate } from './gate.ts'
import { type Patience, persist, type Retry, type Trouble } from './patience.ts'
import { type Etags, missingParts, sentBytes, type UploadPlan } from './plan.ts'
import { readTrouble } from './read-trouble.ts'
import type { SendPart } from './send-part.ts'
import { createSigner } from './signer.ts'

/** One part is tried so often, over a minute, before the upload stops and says why. */
const triesPerPart = 8

/** What the engine needs of a `File`. */
export interface SourceFile {
  readonly name: string
  readonly size: number
  readonly type: string
  readonly lastModified: number
  slice(start: number, end: number): Blob
}

export interface PartSending {
  file: SourceFile
  plan: UploadPlan
  /** Filled in as parts arrive; it survives a pause. */
  etags: Etags
  sign(partNumbers: number[]): Promise<SignedPart[]>
  sendPart: SendPart
  gate: Gate
  /** Parts of this file in flight at most. */
  width: number
  patience: Patience
  signal: AbortSignal
  onBytes(sent: number): void
  onTrouble(trouble: Trouble | null): void
}

export async function sendParts(sending: PartSending): Promise<void> {
  const { file, plan, etags, gate, signal } = sending
  const numbers = missingParts(plan, etags)
  const signer = createSigner(numbers, sending.sign)
  const inFlight = new Map<number, number>()
  // The first part that fails for good stops the others; what has arrived stays in the store, the person may resume.
  const stop = new AbortController()
  const until = AbortSignal.any([signal, stop.signal])
  const onTrouble = onceForAll(sending.onTrouble)

  function report() {
    const moving = [...inFlight.values()].reduce((sum, bytes) => sum + bytes, 0)
    sending.onBytes(sentBytes(file.size, plan, etags) + moving)
  }

  async function sendOne(partNumber: number) {
    const { start, end } = partRange(file.size, partNumber, plan)
    let refusals = 0

    /** What a store's refusal of the part means. */
    function readRefusal({ code, status }: Problem): Retry {
      if (code !== 'store-refused') return 'as usual'
      // 404 NoSuchUpload: it was cancelled elsewhere or swept after a week.
      if (status === 404) throw new Problem('upload-not-found', { status })
      if (status !== 403) return 'as usual'
      // The signature has expired or the clock of some machine is off; a new one is asked for (design §3).
      signer.drop(partNumber)
      refusals += 1
      return refusals === 1 ? 'at once' : 'after a pause'
    }

    async function send(): Promise<string | null> {
      // At each try: after a cut the line takes fewer, and those it lost are in nobody's way.
      const leave = await gate.enter(until)
      try {
        const url = await signer.urlFor(partNumber)
        until.throwIfAborted()
        inFlight.set(partNumber, 0)
        const onSent = (bytes: number) => {
          inFlight.set(partNumber, Math.min(bytes, end - start))
          report()
        }
        return await sending.sendPart(url, file.slice(start, end), onSent, until)
      } finally {
        leave()
      }
    }

    try {
      const etag = await persist(send, {
        tries: triesPerPart,
        patience: sending.patience,
        signal: until,
        onTrouble,
        beforeRetry: async problem => {
          inFlight.delete(partNumber)
          report()
          if (problem.code === 'network') await assertReadable(file, start, end)
          return readRefusal(problem)
        },
      })
      etags.set(partNumber, etag)
      signer.drop(partNumber)
    } finally {
      inFlight.delete(partNumber)
    }
    report()
  }

  const queue = numbers.values()
  async function lane() {
    for (const partNumber of queue) await sendOne(partNumber)
  }
  report()
  const lanes = Array.from({ length: Math.min(sending.width, numbers.length) }, () =>
    lane().catch((thrown: unknown) => {
      stop.abort(thrown)
      throw thrown
    }),
  )
  const ended = await Promise.allSettled(lanes)
  signal.throwIfAborted()
  if (stop.signal.aborted) throw stop.signal.reason
  const failed = ended.find(lane => lane.status === 'rejected')
  if (failed) throw failed.reason
}

/** A browser tells a file that changed on disk and a broken connection apart only by reading the file again. */
async function assertReadable(file: SourceFile, start: number, end: number): Promise<void> {
  await file
    .slice(start, Math.min(start + 1, end))
    .arrayBuffer()
    .catch((thrown: unknown) => {
      throw readTrouble(thrown)
    })
}

/** Several parts notice the same trouble; the person hears of it once, and once that it is over. */
function onceForAll(tell: (trouble: Trouble | null) => void): (trouble: Trouble | null) => void {
  let troubled = 0
  return trouble => {
    troubled += trouble ? 1 : -1
    if (trouble ? troubled === 1 : troubled === 0) tell(trouble)
  }
}
