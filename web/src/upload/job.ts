// One file in the queue as the screen sees it, and the steps a person may take with it. Pure: no network, no timers.

import type { Signal } from '@preact/signals'
import type { ErrorCode } from '#domain/errors.ts'
import type { Problem } from '../api/problem.ts'
import type { EngineStep, UploadMemory } from './engine.ts'
import type { SourceFile } from './send-parts.ts'

/**
 * `waiting` for its turn; `starting` … `completing` as the engine says; `paused` and `failed` may be resumed; `cancelling` is on
 * its way out; `uploaded`: the video takes over (queued → processing → ready).
 */
export type JobStage = 'waiting' | EngineStep | 'paused' | 'failed' | 'cancelling' | 'uploaded'

/** What the browser could read of the file itself. */
export interface MediaFacts {
  durationSeconds: number | null
  /** 0 where there is no picture. */
  width: number
  height: number
}

export interface JobView {
  stage: JobStage
  /** Bytes the bar shows; never falls. */
  sentBytes: number
  bytesPerSecond: number | null
  secondsLeft: number | null
  videoId: string | null
  problem: Problem | null
  media: MediaFacts | null
}

export interface UploadJob {
  id: number
  file: SourceFile
  memory: UploadMemory
  /** What was found wrong with the file before it was sent; null when nothing was, or the person sends it all the same. */
  checked: Promise<Problem | null>
  view: Signal<JobView>
}

export const freshView: JobView = {
  stage: 'waiting',
  sentBytes: 0,
  bytesPerSecond: null,
  secondsLeft: null,
  videoId: null,
  problem: null,
  media: null,
}

/** The engine holds the file now: leaving the page would interrupt it. */
export function isRunning(stage: JobStage): boolean {
  return stage === 'starting' || stage === 'sending' || stage === 'completing' || isWaitedOut(stage)
}

/** Goes on by itself when network, server or session are back. */
export const isWaitedOut = (stage: JobStage) =>
  stage === 'offline' || stage === 'unreachable' || stage === 'signed-out'

export const canPause = (stage: JobStage) =>
  stage === 'waiting' || stage === 'starting' || stage === 'sending' || isWaitedOut(stage)
/** Only what has not begun has a turn that can change. */
export const canMove = (stage: JobStage) => stage === 'waiting' || stage === 'paused'
export const canResume = (stage: JobStage) => stage === 'paused'
const hopeless = new Set<string>(['file-changed', 'file-gone', 'unsupported-codec'])
/** Not what would be refused again: the file itself is the trouble, and only another one helps. */
export function canRetry({ stage, problem }: JobView): boolean {
  const code = problem?.code ?? 'internal'
  return stage === 'failed' && !hopeless.has(code) && !code.startsWith('source-')
}
/** Refused by a look at its first bytes alone: whoever knows better may send it. */
export const canSendAnyway = ({ stage, problem, videoId }: JobView) =>
  neverBegan({ stage, videoId }) && refusedByLook.has(problem?.code ?? '')
const refusedByLook = new Set<string>([
  'source-not-media',
  'source-is-playlist',
  'unsupported-codec',
] satisfies ErrorCode[])
/** Nothing of it has been sent, nor will be by itself. */
export const neverBegan = ({ stage, videoId }: Pick<JobView, 'stage' | 'videoId'>) =>
  stage === 'failed' && videoId === null
/** Not while completing: the store may have joined the parts already, and only deleting the video helps then. */
export const canCancel = (stage: JobStage) =>
  canPause(stage) || stage === 'paused' || stage === 'failed'
