// Checks the whole of an attempt as its viewers will see it, writes its final playlists, flips the video to ready. Everything it
// writes is made from records alone, so a second finish writes the same.
import { contentTypeOf, mediaCacheControl } from '#domain/delivery.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Chunk } from '#domain/item.ts'
import {
  attemptPrefix,
  iframePlaylistName,
  mainPlaylistName,
  mediaKey,
  parseChunkKey,
  trackPlaylistName,
} from '#domain/keys.ts'
import { type Plan, targetDuration } from '#domain/plan.ts'
import {
  allEntries,
  iframePlaylist,
  mediaPlaylist,
  multivariantPlaylist,
  trackRate,
} from '#domain/playlist.ts'
import type { Task } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import { beginAgain } from './begin-again.ts'
import { checkTrack } from './check-whole.ts'
import { publishConverted, readConverted } from './converted.ts'
import { flip } from './flip.ts'
import { findingOf } from './gate/segment-head.ts'
import { findingAtGate } from './stored-gate.ts'
import type { HandedOver, TaskRun, WorkerDeps } from './worker.ts'

type FinishTask = Extract<Task, { kind: 'finish' }>

export async function finish(
  deps: WorkerDeps,
  run: TaskRun<FinishTask>,
): Promise<Completion | HandedOver> {
  const { videoId, attempt } = run.task
  const plan = await deps.plans.read(videoId, attempt)
  const judged = await judge(deps, run, plan)
  run.mark('gate')
  if (!('finding' in judged)) return end(deps, run, plan, await judged.publish())
  const { finding } = judged
  run.log.error('the whole did not pass its check', { finding })
  // What was listed to viewers can't be replaced: all of it is made once more, and then not again.
  if (await beginAgain(deps, run.task, whyAgain(plan, finding))) return 'handed-over'
  throw new MillraceError('output-faulty', {
    message: `The finished video did not pass its last check: ${finding}.`,
    detail: finding,
  })
}

/** What has a rung of the source's own packets is made without them first: the gate keeps its own second try. */
const whyAgain = ({ video }: Plan, finding: string): Parameters<typeof beginAgain>[2] =>
  video.copyLane?.copied
    ? {
        reason: 'copy',
        because: `With its own packets the finished video did not pass its last check: ${finding}.`,
      }
    : { reason: 'gate' }

async function end(
  deps: WorkerDeps,
  run: TaskRun<FinishTask>,
  plan: Plan,
  isOrphan: (key: string) => boolean,
): Promise<Completion> {
  await removeOrphans(deps, run, isOrphan)
  await flip(deps, plan)
  await deps.fault('flipped', run.task)
  return { chunks: [], counted: false }
}

type Playlists = [name: string, text: string][]

/** An attempt as its viewers will see it. */
interface Whole {
  playlists: Playlists
  /** Its records; another engine writes none. */
  chunks: readonly Chunk[]
  /** Says which of the attempt's objects nothing points at. */
  publish(): Promise<(key: string) => boolean>
}

/** What is wrong with it, in words; or the whole, held against its plan, its playlists and the store. */
async function judge(
  deps: WorkerDeps,
  run: TaskRun<FinishTask>,
  plan: Plan,
): Promise<Whole | { finding: string }> {
  try {
    const made = plan.engine === 'mediaconvert' ? converted : compose
    const whole = await made(deps, plan)
    const finding = await findingAtGate(deps, run, plan, whole)
    return finding === null ? whole : { finding }
  } catch (thrown) {
    return { finding: findingOf(thrown) }
  }
}

async function converted(deps: WorkerDeps, plan: Plan): Promise<Whole> {
  const made = await readConverted(deps, plan)
  return {
    playlists: [...made.lists, [mainPlaylistName, made.main]],
    chunks: [],
    publish: () => publishConverted(deps, plan, made),
  }
}

async function compose(deps: WorkerDeps, plan: Plan): Promise<Whole> {
  const chunks = await deps.chunks.list(plan.videoId, plan.attempt)
  const tracks = new Map<string, Chunk[]>()
  for (const { track } of [...plan.video.rungs, ...plan.audio]) {
    const own = chunks.filter(chunk => chunk.track === track).sort((a, b) => a.index - b.index)
    checkTrack(plan, track, own)
    tracks.set(track, own)
  }
  const playlists = finalPlaylists(plan, tracks)
  return {
    ...{ playlists, chunks },
    publish: () => publishComposed(deps, plan, chunks, playlists),
  }
}

/** Nothing points at the objects of claims that lost. */
async function publishComposed(
  deps: WorkerDeps,
  { videoId, attempt }: Plan,
  chunks: readonly Chunk[],
  playlists: Playlists,
): Promise<(key: string) => boolean> {
  for (const [name, text] of playlists) {
    const key = mediaKey(videoId, attempt, name)
    await deps.media.put(key, text, {
      contentType: contentTypeOf(key),
      cacheControl: mediaCacheControl,
      ifAbsent: true,
    })
  }
  const recorded = new Set(chunks.map(({ key }) => key))
  return key => parseChunkKey(key) !== null && !recorded.has(key)
}

/** Name and text of every playlist; the multivariant one last, so that whatever it names is there before it. */
export function finalPlaylists(
  plan: Plan,
  tracks: ReadonlyMap<string, readonly Chunk[]>,
): [name: string, text: string][] {
  const target = targetDuration(plan)
  const prefix = attemptPrefix(plan.videoId, plan.attempt)
  const uri = (key: string) => key.slice(prefix.length)
  const chunksOf = (track: string) => tracks.get(track) ?? []
  const media = [...tracks].map(([track, chunks]): [string, string] => [
    trackPlaylistName(track),
    mediaPlaylist({
      targetDuration: target,
      entries: allEntries(chunks),
      uri,
      kind: 'vod',
      ended: true,
    }),
  ])
  const iframes = plan.video.rungs.map(({ track }): [string, string] => [
    iframePlaylistName(track),
    iframePlaylist(chunksOf(track), target, uri),
  ])
  const main = multivariantPlaylist({
    plan,
    rungs: plan.video.rungs,
    rateOf: track => trackRate(chunksOf(track)),
    codecOf: track => chunksOf(track)[0]?.codec ?? null,
    playlistName: trackPlaylistName,
    iframes: { name: iframePlaylistName, rateOf: track => iframeRate(chunksOf(track)) },
  })
  return [...media, ...iframes, [mainPlaylistName, main]]
}

/** Bit rate of a track's keyframes alone. */
function iframeRate(chunks: readonly Chunk[]) {
  return trackRate(
    chunks.map(chunk => ({
      ...chunk,
      fragments: chunk.fragments.map(part => ({ ...part, bytes: part.keyframeBytes })),
    })),
  )
}

async function removeOrphans(
  deps: WorkerDeps,
  { task, log }: TaskRun<FinishTask>,
  isOrphan: (key: string) => boolean,
): Promise<void> {
  const orphans: string[] = []
  for await (const key of deps.media.list(attemptPrefix(task.videoId, task.attempt))) {
    if (isOrphan(key)) orphans.push(key)
  }
  if (orphans.length === 0) return
  await deps.media.remove(orphans)
  log.info('removed what no record points at', { objects: orphans.length })
}
