// Takes one file from the person's disk to «complete»: begin, find out what is there, send the rest, complete. Can be stopped at
// any moment and run again. It never aborts the upload on the server: a pause or a failure leaves what has arrived.
import { fileFingerprint } from '#domain/parts.ts'
import type { VideoView } from '#domain/video.ts'
import type { Api } from '../api/client.ts'
import { Problem } from '../api/problem.ts'
import type { Gate } from './gate.ts'
import { type Patience, persist, type Trouble } from './patience.ts'
import { type Etags, missingParts, planFits, readHeld, type UploadPlan } from './plan.ts'
import type { SendPart } from './send-part.ts'
import { type SourceFile, sendParts } from './send-parts.ts'

export type UploadApi = Pick<Api, 'beginUpload' | 'heldParts' | 'signParts' | 'completeUpload'>

export interface EngineDeps {
  api: UploadApi
  sendPart: SendPart
  gate: Gate
  patience: Patience
  /** Parts of one file in flight at most. */
  width: number
}

/** What one run leaves for the next: a run that finds all etags goes straight to «complete». */
export interface UploadMemory {
  plan: UploadPlan | null
  etags: Etags
}

export type EngineStep = 'starting' | 'sending' | 'completing' | Trouble

export interface EngineEvents {
  onPlan(plan: UploadPlan): void
  onStep(step: EngineStep): void
  onBytes(sent: number): void
}

const callTries = 6
/** «Complete» finds parts missing: they are sent again so often. */
const completeRounds = 3

export async function uploadFile(
  file: SourceFile,
  memory: UploadMemory,
  deps: EngineDeps,
  events: EngineEvents,
  signal: AbortSignal,
): Promise<VideoView> {
  const { api, patience } = deps
  if (file.size === 0) throw new Problem('source-empty')

  let step: EngineStep = 'starting'
  const go = (next: EngineStep) => {
    step = next
    events.onStep(next)
  }
  const onTrouble = (trouble: Trouble | null) => events.onStep(trouble ?? step)
  const call = <Result>(action: () => Promise<Result>) =>
    persist(action, { tries: callTries, patience, signal, onTrouble })

  async function begin(): Promise<UploadPlan> {
    const { name, size, type } = file
    const facts = { name, size, type, fingerprint: fileFingerprint(file) }
    // Not aborted with the run: whoever cancels must learn the id of what was begun.
    const begun = await call(() => api.beginUpload(facts))
    const { videoId, partSize: partBytes, partCount } = begun
    const plan = { videoId, partBytes, partCount }
    if (!planFits(size, plan)) throw new Problem('file-changed')
    memory.plan = plan
    events.onPlan(plan)
    signal.throwIfAborted()
    memory.etags = begun.resumed ? await readEtags(plan) : new Map()
    return plan
  }

  async function readEtags(plan: UploadPlan): Promise<Etags> {
    return readHeld(file.size, plan, await call(() => api.heldParts(plan.videoId, signal)))
  }

  async function complete(plan: UploadPlan): Promise<VideoView> {
    // Where the store hides ETags from the browser, the server reads them out.
    if ([...memory.etags.values()].includes(null)) memory.etags = await readEtags(plan)
    const parts = [...memory.etags]
      .map(([partNumber, etag]) => ({ partNumber, etag: etag ?? '' }))
      .sort((a, b) => a.partNumber - b.partNumber)
    return call(() => api.completeUpload(plan.videoId, parts, signal))
  }

  go('starting')
  const known = memory.plan && missingParts(memory.plan, memory.etags).length === 0
  const plan = known && memory.plan ? memory.plan : await begin()
  for (let round = 1; ; round++) {
    go('sending')
    await sendParts({
      file,
      plan,
      etags: memory.etags,
      sign: numbers => call(() => api.signParts(plan.videoId, numbers, signal)),
      sendPart: deps.sendPart,
      gate: deps.gate,
      width: deps.width,
      patience,
      signal,
      onBytes: events.onBytes,
      onTrouble,
    })
    go('completing')
    try {
      return await complete(plan)
    } catch (thrown) {
      if (!isIncomplete(thrown) || round >= completeRounds) throw thrown
      memory.etags = await readEtags(plan)
    }
  }
}

function isIncomplete(thrown: unknown): boolean {
  return (
    thrown instanceof Problem &&
    (thrown.code === 'upload-incomplete' || thrown.code === 'part-wrong-size')
  )
}

/** After these the next run begins anew instead of going on. */
export function forgetsPlan(problem: Problem): boolean {
  return problem.code === 'upload-not-found' || problem.code === 'video-not-found'
}
