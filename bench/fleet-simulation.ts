// The transcoders' service from an upload to none: a discrete-event simulation of queues, alarms that see late, containers that
// start slowly and protect their work. The same input gives the same run. Pure.
import { type FleetLimits, scalingPeriodSeconds } from '#domain/scaling.ts'
import { createAgenda } from './agenda.ts'
import { askedFor, type DataPoint, type FleetRule } from './fleet-alarms.ts'

/** A task: so many seconds of one slot. */
export interface Job {
  fast: boolean
  seconds: number
}

export interface Upload {
  /** When `begin` wakes a transcoder; null: it does not. */
  begunAt: number | null
  completeAt: number
  /** One after the other; the tasks of a stage side by side. Ready with the last but one, which only the MP4 follows. */
  stages: readonly (readonly Job[])[]
}

export interface FleetSettings extends FleetLimits {
  rules: readonly FleetRule[]
  /** From wanted to at work: provisioning, image, start. Spread evenly between the two. */
  startSeconds: readonly [least: number, most: number]
  /** From the end of a minute until an alarm may see its data point. */
  metricDelaySeconds: number
  /** Until then the queues report nothing: unused for hours, they begin to some minutes after they are used. */
  silentUntil: number
  /** A function that takes fast tasks beside the transcoders: so many at once, so many times as fast. */
  fastLane: { slots: number; speed: number } | null
  /** Transcoders at work are not ended by scaling in, nor for so long after. Null: no protection. */
  protectionSeconds: number | null
}

export interface FleetRun {
  /** Of each upload, from complete to ready. */
  readySeconds: number[]
  /** Paid for: from wanted to ended. */
  transcoderSeconds: number
  /** Of slots, at work. */
  slotSeconds: number
  peak: number
  /** Encodes that scaling in has cut off, and the work they lost. */
  cutOff: number
  lostSeconds: number
  /** From the last task's end until nothing runs. */
  restSeconds: number
  /** Once a minute. */
  points: (DataPoint & { at: number; wanted: number })[]
}

interface Running {
  job: Job
  startedAt: number
  done: () => void
  cut: boolean
}

interface Transcoder {
  wantedAt: number
  up: boolean
  ended: boolean
  jobs: Set<Running>
  protectedUntil: number
}

/** Whoever never ends has rules that never let it. */
const longestSeconds = 7 * 24 * 3600

/** A small generator of even numbers between 0 and 1 (Park and Miller): chance that repeats itself. */
function createChance(): () => number {
  let state = 20_261_125
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

export function simulateFleet(uploads: readonly Upload[], settings: FleetSettings): FleetRun {
  const { rules, slots, maxTranscoders, fastLane, protectionSeconds, metricDelaySeconds } = settings
  const agenda = createAgenda()
  const chance = createChance()
  const waiting: Record<'fast' | 'bulk', { job: Job; done: () => void }[]> = { fast: [], bulk: [] }
  const transcoders = new Set<Transcoder>()
  const seen: DataPoint[] = []
  const run: FleetRun = {
    readySeconds: uploads.map(() => Number.NaN),
    ...{ transcoderSeconds: 0, slotSeconds: 0, peak: 0, cutOff: 0, lostSeconds: 0, restSeconds: 0 },
    points: [],
  }
  let wanted = 0
  let inFlight = 0
  let onFastLane = 0
  let unfinished = uploads.length
  let workEndedAt = 0
  let restedAt = 0

  const work = () => waiting.fast.length + waiting.bulk.length + inFlight
  const running = () => [...transcoders].filter(({ up }) => up).length

  function next(fastOnly: boolean) {
    return waiting.fast.shift() ?? (fastOnly ? undefined : waiting.bulk.shift())
  }

  function dispatch(): void {
    while (fastLane && onFastLane < fastLane.slots) {
      const entry = next(true)
      if (!entry) break
      onFastLane += 1
      inFlight += 1
      agenda.after(entry.job.seconds / fastLane.speed, () => {
        onFastLane -= 1
        finish(entry.done)
      })
    }
    for (;;) {
      // Whoever has most slots free is the likeliest to be asking.
      const [free] = [...transcoders]
        .filter(({ up, jobs }) => up && jobs.size < slots)
        .sort((a, b) => a.jobs.size - b.jobs.size)
      const entry = free && next(false)
      if (!free || !entry) break
      start(free, entry)
    }
  }

  function start(transcoder: Transcoder, { job, done }: { job: Job; done: () => void }): void {
    const entry: Running = { job, done, startedAt: agenda.now, cut: false }
    transcoder.jobs.add(entry)
    inFlight += 1
    agenda.after(job.seconds, () => {
      if (entry.cut) return
      transcoder.jobs.delete(entry)
      run.slotSeconds += job.seconds
      protectFor(transcoder)
      finish(done)
    })
  }

  function finish(done: () => void): void {
    inFlight -= 1
    workEndedAt = agenda.now
    done()
    dispatch()
    reconcile()
  }

  function protectFor(transcoder: Transcoder): void {
    if (protectionSeconds === null) return
    transcoder.protectedUntil = agenda.now + protectionSeconds
    agenda.after(protectionSeconds, reconcile)
  }

  const isProtected = ({ jobs, protectedUntil }: Transcoder) =>
    protectionSeconds !== null && (jobs.size > 0 || protectedUntil > agenda.now)

  /** As ECS does: as many as are wanted; of too many the newest go first, never a protected one. */
  function reconcile(): void {
    for (let count = transcoders.size; count < wanted; count++) startTranscoder()
    const candidates = [...transcoders].reverse().filter(entry => !isProtected(entry))
    // Those not yet up go before those that run.
    candidates.sort((a, b) => Number(a.up) - Number(b.up))
    for (const transcoder of candidates.slice(0, Math.max(0, transcoders.size - wanted))) {
      endTranscoder(transcoder)
    }
  }

  function startTranscoder(): void {
    const [least, most] = settings.startSeconds
    const transcoder: Transcoder = {
      ...{ wantedAt: agenda.now, up: false, ended: false, protectedUntil: 0 },
      jobs: new Set(),
    }
    transcoders.add(transcoder)
    run.peak = Math.max(run.peak, transcoders.size)
    agenda.after(least + chance() * (most - least), () => {
      if (transcoder.ended) return
      transcoder.up = true
      dispatch()
    })
  }

  function endTranscoder(transcoder: Transcoder): void {
    transcoder.ended = true
    transcoders.delete(transcoder)
    run.transcoderSeconds += agenda.now - transcoder.wantedAt
    restedAt = agenda.now
    for (const entry of transcoder.jobs) {
      entry.cut = true
      inFlight -= 1
      run.cutOff += 1
      run.lostSeconds += agenda.now - entry.startedAt
      // Told to stop, a worker hands its messages back at once.
      waiting[entry.job.fast ? 'fast' : 'bulk'].unshift(entry)
    }
    dispatch()
  }

  function want(count: number): void {
    wanted = Math.min(count, maxTranscoders)
    reconcile()
  }

  function beginStage(index: number, stage: number): void {
    const upload = uploads[index]
    const jobs = upload?.stages[stage]
    if (!upload || !jobs) {
      unfinished -= 1
      return
    }
    if (stage === upload.stages.length - 1) {
      run.readySeconds[index] = agenda.now - upload.completeAt
    }
    let left = jobs.length
    const done = () => {
      left -= 1
      if (left === 0) beginStage(index, stage + 1)
    }
    for (const job of jobs) waiting[job.fast ? 'fast' : 'bulk'].push({ job, done })
    if (left === 0) beginStage(index, stage + 1)
  }

  function minute(): void {
    const reported = agenda.now < settings.silentUntil ? 0 : work()
    const point: DataPoint = { work: reported, running: running() }
    run.points.push({ at: agenda.now, work: work(), running: running(), wanted })
    agenda.after(metricDelaySeconds, () => {
      seen.push(point)
      const asked = askedFor(rules, seen)
      if (asked !== null) want(asked)
    })
    if (agenda.now > longestSeconds) throw new RangeError('the fleet never comes to rest')
    const over = unfinished === 0 && transcoders.size === 0
    if (!over) agenda.after(scalingPeriodSeconds, minute)
  }

  for (const [index, { begunAt, completeAt }] of uploads.entries()) {
    if (begunAt !== null) agenda.at(begunAt, () => wanted === 0 && want(1))
    agenda.at(completeAt, () => {
      beginStage(index, 0)
      dispatch()
    })
  }
  agenda.at(0, minute)
  agenda.run()
  run.restSeconds = Math.max(0, restedAt - workEndedAt)
  return run
}
