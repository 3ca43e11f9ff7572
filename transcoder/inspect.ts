// The first task of an attempt: probe the source, refuse what can't be played, plan, record and queue the work, and make the
// first lowest chunk itself while the records are being written. A source that takes long to read begins with the plan of its
// opening. Cut off anywhere, a second inspect finds what was planned and goes on.
import { setTimeout as wait } from 'node:timers/promises'
import { MillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'
import { audioTrack } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { type EncodeTask, openingTasks, owedTasks, type Task, taskId } from '#domain/task.ts'
import { maxBatch } from '#platform/queue.ts'
import type { Completion } from '#platform/tasks.ts'
import { beginAgain } from './begin-again.ts'
import { commit } from './commit.ts'
import { encodeChunk, marksOf } from './encode.ts'
import { makeOpening, makePlan } from './make-plan.ts'
import { payOwed } from './owed.ts'
import { breachOf } from './plan-opening.ts'
import { publishOpening, publishPlan } from './publish-plan.ts'
import type { HandedOver, TaskRun, WorkerDeps } from './worker.ts'

type InspectTask = Extract<Task, { kind: 'inspect' }>

export async function inspect(
  deps: WorkerDeps,
  run: TaskRun<InspectTask>,
): Promise<Completion | HandedOver> {
  const { videoId, attempt } = run.task
  const meta = await deps.videos.get(videoId)
  if (!meta) throw new MillraceError('lease-lost')
  // Two answers of «no such object» would be the first thing a viewer waits for.
  const [known, begun] = run.isFirst
    ? [null, null]
    : await Promise.all([
        deps.plans.find(videoId, attempt),
        deps.plans.findOpening(videoId, attempt),
      ])
  if (!known) {
    const opening = begun ?? (await makeOpening(deps, run, meta))
    if (opening) return open(deps, run, meta, opening)
  }
  const plan = known ?? (await makePlan(deps, run, meta))
  run.mark('probe')
  if (plan.engine === 'mediaconvert') return queueAll(deps, plan)
  await begin(deps, run, plan, owedTasks(plan), {
    publish: () => publishPlan(deps, plan),
    queueLater: later => queueWhole(deps, plan, later),
  })
  return allQueued
}

/** No chunk is ours to make. */
const allQueued: Completion = { chunks: [], counted: false }

/** The opening first; what is queued besides is true whatever the rest of the film turns out to be. */
async function open(
  deps: WorkerDeps,
  run: TaskRun<InspectTask>,
  meta: Meta,
  opening: Plan,
): Promise<Completion | HandedOver> {
  const { task } = run
  run.mark('probe')
  const owed = openingTasks(opening)
  await begin(deps, run, opening, owed, {
    publish: () => publishOpening(deps, opening),
    queueLater: later => recordAndSend(deps, later),
  })
  await deps.fault('opened', task)
  await untilHeard(deps, run, opening)
  const plan = await makePlan(deps, run, meta, opening)
  run.mark('scan')
  await deps.fault('scanned', task)
  const breach = breachOf(opening, plan)
  if (breach !== null) {
    run.log.warn('the film is not what its opening promised', { breach })
    return startOver(deps, run)
  }
  await publishPlan(deps, plan)
  await deps.fault('planned', task)
  const sent = new Set(owed.map(taskId))
  await queueWhole(
    deps,
    plan,
    owedTasks(plan).filter(task => !sent.has(taskId(task))),
  )
  return allQueued
}

/** Without its sound no picture is shown, and a scan would take cores and the store's time from it. */
const soundPatienceSeconds = 3
const lookEveryMilliseconds = 100

async function untilHeard(
  { tasks, now }: WorkerDeps,
  { task, signal }: TaskRun<InspectTask>,
  opening: Plan,
): Promise<void> {
  if (opening.audio.length === 0) return
  for (const end = now() + soundPatienceSeconds; now() < end; ) {
    const count = await tasks.readCount(task.videoId, task.attempt)
    if (!count?.live || count.firstSound) return
    await wait(lookEveryMilliseconds, undefined, { signal })
  }
}

/** What was listed to viewers can't be replaced: a new attempt, which reads the film whole first. */
async function startOver(deps: WorkerDeps, run: TaskRun<InspectTask>): Promise<HandedOver> {
  if (!(await beginAgain(deps, run.task, { reason: 'opening' })))
    throw new MillraceError('source-gone')
  return 'handed-over'
}

interface BeginSteps {
  publish(): Promise<void>
  /** What is owed beside the first chunk and the first sound. */
  queueLater(later: Task[]): Promise<void>
}

/**
 * Makes the first lowest chunk while the plan is published and the first sound queued: all that a player needs to begin. The rest
 * follows: sent before, it would take cores from the first picture where other tasks share them.
 */
async function begin(
  deps: WorkerDeps,
  run: TaskRun<InspectTask>,
  plan: Plan,
  owed: readonly Task[],
  { publish, queueLater }: BeginSteps,
): Promise<void> {
  const [lead, ...others] = owed
  if (lead?.kind !== 'encode') throw new RangeError('a plan begins with its first lead')
  const firstSound = others.filter(isFirstSound)
  const queueRest = () => queueLater(others.filter(task => !isFirstSound(task)))

  // Its steps are the chunk's; the records are written meanwhile.
  const encoding = startLead(deps, run, plan, lead)
  // Without this a refusal while the records are written would leave a rejection nobody has asked for yet.
  const atWork: Promise<unknown>[] = [encoding.catch(() => undefined)]
  try {
    await publish()
    await record(deps, [lead, ...firstSound])
    await deps.queue.sendAll(firstSound)
    await deps.fault('partly-sent', lead)
    const queued = deps.sendsAhead ? queueRest() : null
    atWork.push(queued?.catch(() => undefined) ?? Promise.resolve())
    await commitLead(deps, run, plan, lead, encoding)
    await (queued ?? queueRest())
  } finally {
    // A task that has failed leaves no FFmpeg behind, and sends nothing any more.
    await Promise.all(atWork)
  }
}

async function queueWhole(deps: WorkerDeps, plan: Plan, owed: readonly Task[]): Promise<void> {
  const [lead] = owedTasks(plan)
  await record(deps, laterTasks(plan))
  await recordAndSend(deps, owed, async () => {
    if (lead) await deps.fault('recorded', lead)
  })
  if (lead) await deps.fault('sent', lead)
}

async function queueAll(deps: WorkerDeps, plan: Plan): Promise<Completion> {
  await publishPlan(deps, plan)
  await record(deps, laterTasks(plan))
  await recordAndSend(deps, owedTasks(plan))
  return allQueued
}

/** With the first lead it is all that a player needs for its first picture. */
const isFirstSound = (task: Task) =>
  task.kind === 'audio' && task.track === audioTrack(0) && task.span === 0

/** They are sent by whoever makes them due. */
const laterTasks = ({ videoId, attempt }: Plan): Task[] => [
  { kind: 'finish', videoId, attempt },
  { kind: 'mp4', videoId, attempt },
]

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

const record = (deps: Pick<WorkerDeps, 'tasks' | 'now'>, tasks: readonly Task[]) =>
  Promise.all(tasks.map(task => deps.tasks.create(task, deps.now())))

/** A film has hundreds of tasks: so many batches at a time, of as many as one call sends. */
const batchesAtOnce = 4

/** In their order, each recorded before it is sent: who waits for work begins while the rest is still being recorded. */
export async function recordAndSend(
  deps: Pick<WorkerDeps, 'tasks' | 'queue' | 'now'>,
  tasks: readonly Task[],
  recorded: () => Promise<void> = async () => undefined,
): Promise<void> {
  const left = [...tasks]
  const writer = async () => {
    for (let batch = left.splice(0, maxBatch); batch.length > 0; batch = left.splice(0, maxBatch)) {
      await record(deps, batch)
      await recorded()
      await deps.queue.sendAll(batch)
    }
  }
  await Promise.all(Array.from({ length: batchesAtOnce }, writer))
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
