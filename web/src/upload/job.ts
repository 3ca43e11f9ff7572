// One file in the queue as the screen sees it, and the steps a person may take with it. Pure: no network, no timers.

import type { Signal } from '@preact/signals'
import type { Problem } from '../api/problem.ts'
import type { EngineStep, UploadMemory } from './engine.ts'
import type { SourceFile } from './send-parts.ts'

/**
 * `waiting` for its turn; `starting` … `completing` as the engine says; `paused` and `failed` may be resumed; `cancelling` is on
 * its way out; `uploaded`: the video takes over (queued → processing → ready).
 */
export type JobStage = 'waiting' | EngineStep | 'paused' | 'failed' | 'cancelling' | 'uploaded'

export interface JobView {
  stage: JobStage
  /** Bytes the bar shows; never falls. */
  sentBytes: number
  bytesPerSecond: number | null
  secondsLeft: number | null
  videoId: string | null
  problem: Problem | null
}

export interface UploadJob {
  id: number
  file: SourceFile
  memory: UploadMemory
  view: Signal<JobView>
}

export const freshView: JobView = {
  stage: 'waiting',
  sentBytes: 0,
  bytesPerSecond: null,
  secondsLeft: null,
  videoId: null,
  problem: null,
}

/** The engine holds the file now: leaving the page would interrupt it. */
export function isRunning(stage: JobStage): boolean {
  return (
    stage === 'starting' || stage === 'sending' || stage === 'offline' || stage === 'completing'
  )
}

export const canPause = (stage: JobStage) =>
  stage === 'waiting' || stage === 'starting' || stage === 'sending' || stage === 'offline'
export const canResume = (stage: JobStage) => stage === 'paused'
/** Not what would be refused again: the file itself is the trouble, and only another one helps. */
export function canRetry({ stage, problem }: JobView): boolean {
  const code = problem?.code ?? 'internal'
  return stage === 'failed' && code !== 'file-changed' && !code.startsWith('source-')
}
/** Not while completing: the store may have joined the parts already, and only deleting the video helps then. */
export const canCancel = (stage: JobStage) =>
  canPause(stage) || stage === 'paused' || stage === 'failed'
