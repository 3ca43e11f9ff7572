// The first task of an attempt: probe the source, refuse what can't be played, plan, record and queue the work, and make the
// first lowest chunk itself while the records are being written. Cut off anywhere, a second inspect finds the plan and goes on.
import { isDeepStrictEqual } from 'node:util'
import { MillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'
import { audioTrack } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { type EncodeTask, owedTasks, type Task, totalWork } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import { commit } from './commit.ts'
import { encodeChunk, marksOf } from './encode.ts'
import { payOwed } from './owed.ts'
import { planAttempt } from './plan-attempt.ts'
import { probeSource } from './probe.ts'
import { sniffContainer, sniffedBytes } from './sniff.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

type InspectTask = Extract<Task, { kind: 'inspect' }>

export async function inspect(deps: WorkerDeps, run: TaskRun<InspectTask>): Promise<Completion> {
  const { task } = run
  const meta = await deps.videos.get(task.videoId)
  if (!meta) throw new MillraceError('lease-lost')
  const known = await deps.plans.find(task.videoId, task.attempt)
  const plan = known ?? (await makePlan(deps, run, meta))
  run.mark('probe')
  if (plan.engine === 'mediaconvert') return queueAll(deps, plan)
  const [lead, ...others] = owedTasks(plan)
  if (lead?.kind !== 'encode') throw new RangeError('a plan begins with its first lead')
  const firstSound = others.filter(isFirstSound)
  const later = others.filter(task => !isFirstSound(task))

  // Its steps are the chunk's; the records are written meanwhile.
  const encoding = startLead(deps, run, plan, lead)
  // Without this a refusal while the records are written would leave a rejection nobody has asked for yet.
  const ended = encoding.catch(() => undefined)
  try {
    await publishPlan(deps, plan)
    await record(deps, [lead, ...firstSound])
    await deps.queue.sendAll(firstSound)
    await deps.fault('partly-sent', lead)
    await commitLead(deps, run, plan, lead, encoding)
  } finally {
    // A task that has failed leaves no FFmpeg behind.
    await ended
  }
  // Sent before, they would only take cores from the first picture.
  await record(deps, [...later, ...laterTasks(plan)])
  await deps.fault('recorded', lead)
  await deps.queue.sendAll(later)
  await deps.fault('sent', lead)
  return { chunks: [], counted: false }
}

/** No chunk is ours to make. */
async function queueAll(deps: WorkerDeps, plan: Plan): Promise<Completion> {
  const owed = owedTasks(plan)
  await publishPlan(deps, plan)
  await record(deps, [...owed, ...laterTasks(plan)])
  await deps.queue.sendAll(owed)
  return { chunks: [], counted: false }
}

/** With the first lead it is all that a player needs for its first picture. */
const isFirstSound = (task: Task) =>
  task.kind === 'audio' && task.track === audioTrack(0) && task.span === 0

/** They are sent by whoever makes them due. */
const laterTasks = ({ videoId, attempt }: Plan): Task[] => [
  { kind: 'finish', videoId, attempt },
  { kind: 'mp4', videoId, attempt },
]

async function makePlan(deps: WorkerDeps, run: TaskRun<InspectTask>, meta: Meta): Promise<Plan> {
  const { task, signal } = run
  const { key } = meta.source
  const object = await deps.source.head(key)
  if (!object) throw new MillraceError('source-gone')
  if (object.sizeBytes === 0) throw new MillraceError('source-empty')
  const source = { key, etag: object.etag, sizeBytes: object.sizeBytes }
  const opened = deps.sources.open(source)
  try {
    const head = await opened.read(0, Math.min(sniffedBytes, source.sizeBytes))
    const demuxer = sniffContainer(head)
    const probe = await probeSource({
      input: opened.url,
      read: opened.read,
      sizeBytes: source.sizeBytes,
      demuxer,
      ffmpeg: deps.ffmpeg,
      limits: deps.limits,
      signal,
    })
    return planAttempt({
      videoId: task.videoId,
      attempt: task.attempt,
      engine: meta.engine ?? deps.engine,
      encoder: await deps.ffmpeg.version(),
      source: { ...source, demuxer },
      probe,
      limits: deps.limits,
      copyLane: deps.copyLane,
      uncopyable: meta.uncopyable,
    })
  } catch (thrown) {
    throw opened.failure() ?? thrown
  } finally {
    opened.close()
  }
}

/** Encodes the first lowest chunk, unless it is recorded already. */
async function startLead(
  deps: WorkerDeps,
  run: TaskRun<InspectTask>,
  plan: Plan,
  lead: EncodeTask,
) {
  const track = plan.video.rungs[0]?.track ?? ''
  if (await deps.chunks.get(lead.videoId, lead.attempt, track, lead.chunk)) return []
  return encodeChunk(deps, { ...run, task: lead }, plan, [track])
}

/** Plan, counters, state: in this order, each of them made once however often it is begun. */
async function publishPlan(deps: WorkerDeps, mine: Plan): Promise<void> {
  const plan = await deps.plans.publish(mine)
  // Planned at the same moment by a worker of another setting: begun again with its plan.
  if (plan.engine !== mine.engine) throw new MillraceError('lease-held')
  const { videoId, attempt } = plan
  const tracks = [...plan.video.rungs, ...plan.audio].map(({ track }) => track)
  await deps.tasks.createCount(videoId, attempt, {
    tasksLeft: owedTasks(plan).length,
    live: true,
    version: 0,
    seconds: Object.fromEntries(tracks.map(track => [track, 0])),
    firstPicture: false,
    firstSound: false,
    poster: false,
    storyboard: false,
    mp4: false,
  })
  const facts = factsOf(plan)
  const stepped = await deps.videos.step(videoId, 'processing', { facts }, attempt)
  if (stepped.done) return
  // Begun before by another inspect, or a re-run of a ready video; failed or deleted meanwhile: nothing is owed any more.
  const { meta } = stepped
  if (meta?.state !== 'processing' && meta?.state !== 'ready') throw new MillraceError('lease-lost')
  // Those of the attempt before, while this one is what a viewer is shown.
  if (meta.state === 'processing' && !isDeepStrictEqual(meta.facts, facts)) {
    await deps.videos.change(videoId, { facts }, attempt)
  }
}

/** A film has hundreds of tasks: a few writes at a time. */
const writesAtOnce = 8

async function record(deps: WorkerDeps, tasks: readonly Task[]): Promise<void> {
  const left = [...tasks]
  const writer = async () => {
    for (let task = left.shift(); task; task = left.shift())
      await deps.tasks.create(task, deps.now())
  }
  await Promise.all(Array.from({ length: writesAtOnce }, writer))
}

function factsOf(plan: Plan): NonNullable<Meta['facts']> {
  const { copyLane } = plan.video
  return {
    durationSeconds: plan.durationSeconds,
    width: plan.video.width,
    height: plan.video.height,
    rungs: plan.video.rungs.map(({ height }) => height),
    audioTracks: plan.audio.length,
    totalWork: totalWork(plan),
    ...(copyLane ? { copied: copyLane.copied, because: copyLane.reason } : {}),
  }
}

/** The lead's own record is claimed, committed and paid as by any worker; whoever else holds it finishes it. */
async function commitLead(
  deps: WorkerDeps,
  run: TaskRun<InspectTask>,
  plan: Plan,
  lead: EncodeTask,
  encoding: ReturnType<typeof startLead>,
): Promise<void> {
  const owner = `${deps.workerId}.${run.nonce}`
  const claim = await deps.tasks.claim(lead, owner, deps.now())
  if (claim.outcome === 'claimed') {
    const chunks = await encoding.catch(async thrown => {
      // Or the next try would wait for a lease that nobody uses.
      await deps.tasks.release(lead, owner, deps.now(), false)
      throw thrown
    })
    await commit(
      deps,
      { task: lead, owner },
      { chunks, counted: true, marks: marksOf(plan, chunks) },
    )
    await deps.fault('committed', lead)
  } else {
    const chunks = await encoding
    await deps.media.remove(chunks.map(({ key }) => key))
    // Held by a worker that got a message of its own, or by one that has just died: look again soon.
    if (claim.outcome !== 'done') throw new MillraceError('lease-held')
  }
  await payOwed(deps, lead)
}
