// Task messages are read back or refused, and a plan's tasks owe every rung of every chunk and every span exactly once.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { framesToSeconds, type Plan, samplesPerPacket } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import * as tasks from '#domain/task.ts'
import { attempts, planOf, plans, videoIds } from './generators.ts'

const ids = { videoId: videoIds, attempt: attempts }
const plain = ['inspect', 'convert', 'pictures', 'finish', 'mp4', 'sweep'] as const
const generated: fc.Arbitrary<tasks.Task> = fc.oneof(
  fc.record({ kind: fc.constantFrom(...plain), ...ids }),
  fc.record({
    kind: fc.constant('encode' as const),
    ...ids,
    chunk: fc.nat(),
    lane: fc.constantFrom('lead' as const, 'ladder' as const),
  }),
  fc.record({
    kind: fc.constant('import' as const),
    ...ids,
    lane: fc.constantFrom('fast' as const, 'bulk' as const),
  }),
  fc.record({ kind: fc.constant('copy' as const), ...ids, part: fc.nat() }),
  fc.record({
    kind: fc.constant('audio' as const),
    ...ids,
    track: fc.nat(15).map(index => `audio${index}`),
    span: fc.nat(),
  }),
)

/** Of a task's id, as `taskId` writes it. */
function taskOf(id: string): tasks.Task {
  const [name = '', index] = id.split('-')
  const own = { videoId: 'v_0123456789abcdefghijAB', attempt: 1 }
  const facts =
    name === 'lead' || name === 'encode'
      ? { kind: 'encode', chunk: Number(index), lane: name === 'lead' ? 'lead' : 'ladder' }
      : index
        ? { kind: 'audio', track: name, span: Number(index) }
        : { kind: name }
  return tasks.readTask(JSON.stringify({ ...own, ...facts }))
}

/** Where the work of a task begins in the film, in seconds. */
function startOf(plan: Plan, task: tasks.Task): number {
  if (task.kind === 'encode') {
    const frame = plan.video.chunks[task.chunk]?.firstFrame ?? Number.NaN
    return framesToSeconds(frame, plan.video.timeline.rate)
  }
  if (task.kind !== 'audio') return 0
  const track = plan.audio.find(({ track }) => track === task.track)
  const packet = track?.spans[task.span]?.firstPacket ?? Number.NaN
  return (packet * samplesPerPacket) / (track?.sampleRate ?? Number.NaN)
}

function expectRising(starts: number[]): void {
  expect(starts.every(Number.isFinite)).toBe(true)
  expect(starts).toEqual([...starts].sort((a, b) => a - b))
}

function refusal(body: string): string {
  try {
    return `read ${JSON.stringify(tasks.readTask(body))}`
  } catch (thrown) {
    return thrown instanceof MillraceError ? thrown.code : `threw ${String(thrown)}`
  }
}

describe('a task message', () => {
  it('round-trips, and junk beside it is dropped', () => {
    fc.assert(
      fc.property(
        generated,
        fc.dictionary(fc.stringMatching(/^x\w*$/), fc.jsonValue()),
        (task, junk) => {
          expect(tasks.readTask(tasks.writeTask(task))).toEqual(task)
          expect(tasks.readTask(JSON.stringify({ ...junk, ...task }))).toEqual(task)
        },
      ),
    )
  })

  const good = { kind: 'encode', videoId: 'v_0123456789abcdefghijAB', attempt: 1, chunk: 0 }
  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['half an object', '{"kind":"inspect"'],
    ['null', 'null'],
    ['a number', '1'],
    ['a list', '[]'],
    ['no kind', '{}'],
    ['an unknown kind', JSON.stringify({ ...good, kind: 'transmogrify' })],
    ['an inherited name as kind', JSON.stringify({ ...good, kind: 'constructor' })],
    ['no lane', JSON.stringify(good)],
    ['an unknown lane', JSON.stringify({ ...good, lane: 'middle' })],
    ['a chunk below 0', JSON.stringify({ ...good, lane: 'lead', chunk: -1 })],
    ['half a chunk', JSON.stringify({ ...good, lane: 'lead', chunk: 0.5 })],
    ['a chunk as text', JSON.stringify({ ...good, lane: 'lead', chunk: '0' })],
    ['attempt 0', JSON.stringify({ ...good, kind: 'inspect', attempt: 0 })],
    ['a foreign id', JSON.stringify({ ...good, kind: 'inspect', videoId: '../../etc' })],
    ['no id', JSON.stringify({ kind: 'inspect', attempt: 1 })],
    ['a rung as sound', JSON.stringify({ ...good, kind: 'audio', track: '240p', span: 0 })],
    ['a path as track', JSON.stringify({ ...good, kind: 'audio', track: 'audio0/..', span: 0 })],
  ])('of %s is refused', (_, body) => {
    expect(refusal(body)).toBe('message-unreadable')
  })

  it('of anything else is refused too', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), body => {
        expect(refusal(body)).toBe('message-unreadable')
      }),
    )
  })

  it.each<[Partial<Record<'kind' | 'lane', string>> & { span?: number }, string, boolean]>([
    [{ kind: 'inspect' }, 'fast', false],
    [{ kind: 'encode', lane: 'lead' }, 'fast', false],
    [{ kind: 'encode', lane: 'ladder' }, 'bulk', false],
    [{ kind: 'audio', span: 0 }, 'fast', false],
    [{ kind: 'audio', span: 2 }, 'fast', false],
    [{ kind: 'audio', span: 3 }, 'bulk', false],
    [{ kind: 'pictures' }, 'fast', true],
    [{ kind: 'finish' }, 'fast', false],
    [{ kind: 'mp4' }, 'bulk', true],
    [{ kind: 'sweep' }, 'bulk', false],
  ])('of %j waits in %s; the video can do without it: %s', (facts, queue, optional) => {
    const task = tasks.readTask(JSON.stringify({ ...good, track: 'audio0', ...facts }))
    expect(tasks.queueOf(task)).toBe(queue)
    expect(tasks.isOptional(task)).toBe(optional)
  })
})

describe('what begins a video', () => {
  it.each<[string, boolean]>([
    ['inspect', true],
    ['lead-0', true],
    ['lead-1', true],
    ['lead-2', false],
    ['encode-0', false],
    ['encode-1', false],
    ['audio0-0', true],
    ['audio1-0', true],
    ['audio0-1', false],
    ['audio0-3', false],
    ['pictures', false],
    ['finish', true],
    ['mp4', false],
    ['sweep', false],
  ])('%s: %s', (id, begins) => {
    expect(tasks.beginsVideo(taskOf(id))).toBe(begins)
  })

  it('is always in the fast queue', () => {
    fc.assert(
      fc.property(generated, task => {
        if (tasks.beginsVideo(task)) expect(tasks.queueOf(task)).toBe('fast')
      }),
    )
  })
})

describe('what a plan owes', () => {
  it('has an id each, and the same ids every time', () => {
    fc.assert(
      fc.property(plans, plan => {
        const owed = tasks.owedTasks(plan)
        const taskIds = owed.map(tasks.taskId)
        expect(new Set(taskIds).size).toBe(owed.length)
        expect(tasks.owedTasks(structuredClone(plan)).map(tasks.taskId)).toEqual(taskIds)
        for (const task of owed) {
          expect(task).toMatchObject({ videoId: plan.videoId, attempt: plan.attempt })
          expect(tasks.readTask(tasks.writeTask(task))).toEqual(task)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('is every rung of every chunk and every span of sound once, and the pictures', () => {
    fc.assert(
      fc.property(plans, plan => {
        const owed = tasks.owedTasks(plan)
        const pieces = owed.flatMap(task =>
          task.kind === 'encode'
            ? tasks.encodeTracks(plan, task).map(track => `${track} ${task.chunk}`)
            : [task.kind === 'audio' ? `${task.track} ${task.span}` : task.kind],
        )
        const wanted = [
          ...plan.video.chunks.flatMap(chunk =>
            plan.video.rungs.map(rung => `${rung.track} ${chunk.index}`),
          ),
          ...plan.audio.flatMap(({ track, spans }) => spans.map(span => `${track} ${span.index}`)),
          'pictures',
        ]
        expect(pieces.sort()).toEqual(wanted.sort())
        expect(
          owed
            .filter(task => task.kind === 'encode')
            .every(task => tasks.encodeTracks(plan, task).length > 0),
        ).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('begins with the first lead and the first sounds, and goes on in the order of the film', () => {
    fc.assert(
      fc.property(plans, plan => {
        const { rate } = plan.video.timeline
        const owed = tasks.owedTasks(plan).map(task => ({ task, starts: startOf(plan, task) }))
        const leads = plan.video.chunks.filter(c => framesToSeconds(c.firstFrame, rate) < 60)
        const fastSounds = plan.audio.flatMap(({ spans }) => spans.slice(0, 3))
        const kinds = owed.map(({ task }) => (task.kind === 'encode' ? task.lane : task.kind))
        expect(kinds.slice(0, 1 + plan.audio.length)).toEqual([
          'lead',
          ...plan.audio.map(() => 'audio'),
        ])
        const ahead = kinds.indexOf('pictures')
        expect(kinds.slice(0, ahead).filter(kind => kind === 'lead')).toHaveLength(leads.length)
        expect(kinds.slice(0, ahead).filter(kind => kind === 'audio')).toHaveLength(
          fastSounds.length,
        )
        expect(ahead).toBe(leads.length + fastSounds.length)
        expect(owed.slice(0, ahead + 1).every(({ task }) => tasks.queueOf(task) === 'fast')).toBe(
          true,
        )
        expectRising(owed.slice(0, ahead).map(({ starts }) => starts))
        const rest = owed.slice(ahead + 1)
        expect(rest.every(({ task }) => tasks.queueOf(task) === 'bulk')).toBe(true)
        // Sound in bulk goes four times as far ahead as the ladder.
        expectRising(rest.map(({ task, starts }) => (task.kind === 'audio' ? starts / 4 : starts)))
      }),
      { numRuns: 50 },
    )
  })

  it('of a minute and a half is this', () => {
    const plan = planOf({ frames: 25 * 90, sounds: [48_000] })
    expect(tasks.owedTasks(plan).map(tasks.taskId).join(' ')).toBe(
      'lead-0 audio0-0 lead-1 lead-2 lead-3 audio0-1 lead-4 lead-5 lead-6 audio0-2 pictures ' +
        'encode-0 encode-1 encode-2 encode-3 encode-4 encode-5 encode-6 encode-7 encode-8',
    )
  })

  it('of a quarter of an hour puts late sound far ahead of its ladder', () => {
    const plan = planOf({ frames: 25 * 900, sounds: [48_000] })
    const ids = tasks.owedTasks(plan).map(tasks.taskId)
    // Spans 3 and 4 begin at 371 s and 672 s; chunks 8 to 12 at 92, 112, 132, 152 and 172 s.
    expect(ids.slice(ids.indexOf('encode-8'), ids.indexOf('encode-12') + 1).join(' ')).toBe(
      'encode-8 audio0-3 encode-9 encode-10 encode-11 audio0-4 encode-12',
    )
  })

  it('leaves nothing to the ladder in the first minute of a film with one rung', () => {
    const plan = planOf({ frames: 25 * 90, width: 320, height: 240 })
    expect(tasks.owedTasks(plan).map(tasks.taskId).join(' ')).toBe(
      'lead-0 lead-1 lead-2 lead-3 lead-4 lead-5 lead-6 pictures encode-7 encode-8',
    )
  })
})

describe('the work of a plan', () => {
  it('is the sum of its tasks, inspect and finish', () => {
    fc.assert(
      fc.property(plans, plan => {
        const own = { videoId: plan.videoId, attempt: plan.attempt }
        const all: tasks.Task[] = [
          { kind: 'inspect', ...own },
          ...tasks.owedTasks(plan),
          { kind: 'finish', ...own },
        ]
        const sum = all.reduce((total, task) => total + tasks.workOf(plan, task), 0)
        expect(tasks.totalWork(plan)).toBeCloseTo(sum, 6)
        expect(all.every(task => tasks.workOf(plan, task) > 0)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the work of a chunk', () => {
  const seconds = 60
  /** A minute of this size; the work of its leads, and of its ladder. */
  const workOfMinute = (width: number, height: number) => {
    const plan = planOf({ frames: seconds * 24, rate: rational(24), width, height })
    const sum = (lane: string) =>
      tasks
        .owedTasks(plan)
        .filter(task => task.kind === 'encode' && task.lane === lane)
        .reduce((total, task) => total + tasks.workOf(plan, task), 0)
    return { plan, lead: sum('lead'), ladder: sum('ladder') }
  }

  it('grows with its rungs and with what is decoded for them, and begins with what each costs', () => {
    const { plan, lead, ladder } = workOfMinute(1920, 1080)
    const costs = plan.video.rungs.map(({ cost }) => cost)
    const [lowest = 0, ...others] = costs
    const megabits = (plan.source.sizeBytes * 8) / 1e6 / plan.durationSeconds
    const decode = 0.17 + 0.011 * megabits
    expect(lead).toBeCloseTo(7 * 0.4 + seconds * (lowest + decode), 6)
    const all = others.reduce((total, cost) => total + cost, 0)
    expect(ladder).toBeCloseTo(7 * 0.4 + seconds * (all + decode), 6)
  })

  // FFmpeg and the worker beside it, in seconds of CPU on the machine of docs/figures.md.
  it.each([
    [640, 360, 0.42],
    [1280, 720, 0.18],
    [1920, 1080, 0.12],
  ])('of %i × %i is so much for the leads as they take of the whole', (width, height, share) => {
    const { lead, ladder } = workOfMinute(width, height)
    expect(lead / (lead + ladder)).toBeCloseTo(share, 1.5)
  })
})

describe('the next lead', () => {
  it('follows each chunk past the first minute, is work for nothing, and ends with the film', () => {
    fc.assert(
      fc.property(plans, plan => {
        const { chunks, rungs, timeline } = plan.video
        for (const { index } of chunks) {
          const next = chunks[index + 1]
          const due = next && framesToSeconds(next.firstFrame, timeline.rate) >= 60
          const lead = tasks.nextLead(plan, index)
          expect(lead?.chunk ?? null).toBe(due && rungs.length > 1 ? next.index : null)
          if (!lead) continue
          expect(lead.lane).toBe('lead')
          expect(tasks.encodeTracks(plan, lead)).toEqual([rungs[0]?.track])
          expect(tasks.workOf(plan, lead)).toBe(0)
          expect(tasks.owedTasks(plan).map(tasks.taskId)).not.toContain(tasks.taskId(lead))
        }
      }),
      { numRuns: 30 },
    )
  })

  it('begins at the first chunk that starts at a minute or later', () => {
    const plan = planOf({ frames: 60 * 300, rate: rational(60) })
    const starts = plan.video.chunks.map(chunk => chunk.firstFrame / 60)
    const first = starts.findIndex(start => start >= 60)
    expect(tasks.startsInLead(plan, first - 1)).toBe(true)
    expect(tasks.startsInLead(plan, first)).toBe(false)
    expect(tasks.startsInLead(plan, starts.length)).toBe(false)
    expect(tasks.nextLead(plan, first - 2)).toBeNull()
    expect(tasks.nextLead(plan, first - 1)).toMatchObject({ chunk: first, lane: 'lead' })
  })

  it('is due from a minute on, to the frame', () => {
    const plan = planOf({ frames: 60 * 100, rate: rational(60) })
    const startsIn = (firstFrame: number) => {
      const chunks = plan.video.chunks.map(chunk => ({ ...chunk, firstFrame }))
      return tasks.startsInLead({ ...plan, video: { ...plan.video, chunks } }, 2)
    }
    expect([0, 3599, 3600].map(startsIn)).toEqual([true, true, false])
  })
})

describe('a plan that MediaConvert makes', () => {
  it('owes one job and the pictures, and the job is the work of all rungs and all sound', () => {
    fc.assert(
      fc.property(plans, plan => {
        const converted: Plan = { ...plan, engine: 'mediaconvert' }
        const owed = tasks.owedTasks(converted)
        expect(owed.map(tasks.taskId)).toEqual(['convert', 'pictures'])
        expect(owed.map(tasks.queueOf)).toEqual(['fast', 'fast'])
        const [convert] = owed
        if (!convert) throw new Error('no job')
        expect(tasks.isOptional(convert)).toBe(false)
        const seconds = plan.durationSeconds
        const costs = plan.video.rungs.reduce((total, rung) => total + rung.cost, 0)
        const work = seconds * (costs + 0.02 * plan.audio.length)
        expect(tasks.workOf(converted, convert)).toBeCloseTo(work, 6)
      }),
      { numRuns: 30 },
    )
  })
})
