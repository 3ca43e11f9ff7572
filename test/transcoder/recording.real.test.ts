// Recordings without a picture, of every container: probed and planned for real, their sound encoded in spans that join without a
// trace and lie where the source's first sample is.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AudioPlan } from '#domain/plan.ts'
import { wholeSpan } from '../support/media.ts'
import { createReading } from '../support/reading.ts'
import { fidelity, lagAt, signal, writeWav } from '../support/sound.ts'
import { encodeSound, shortSpans } from '../support/spans.ts'

const rate = 44_100
const seconds = 12
const samples = signal(seconds * rate, rate)

let files: Awaited<ReturnType<typeof createReading>>
let wav: string
beforeAll(async () => {
  files = await createReading()
  wav = await writeWav(files.at('original.wav'), samples, rate)
})
afterAll(() => files.close())

/** Of encoders whose files leave no word of it, samples. */
const unsaidDelay: Record<string, number> = { 'song.aac': 1024, 'variable.mp3': 1105 }
const aac = ['-c:a', 'aac', '-b:a', '320k']
const mp3 = ['-c:a', 'libmp3lame', '-b:a', '320k']

it.each([
  ['song.wav', []],
  ['song.aiff', []],
  ['song.flac', ['-c:a', 'flac']],
  ['song.mp3', mp3],
  ['variable.mp3', ['-c:a', 'libmp3lame', '-q:a', '0', '-write_xing', '0']],
  ['song.aac', aac],
  ['song.m4a', aac],
  ['song.ogg', ['-c:a', 'libvorbis', '-q:a', '9']],
  ['song.mka', ['-c:a', 'flac']],
])('%s', async (name, codec) => {
  await files.make(name, '-i', wav, ...codec)
  const { plan } = await files.read(name)
  const source = { plan, path: files.at(name) }
  expect(plan.video.drawn).toEqual({ cover: null })
  // An encoder that leaves no word of its delay makes a recording longer by it.
  expect(plan.durationSeconds).toBeGreaterThanOrEqual(seconds)
  expect(plan.durationSeconds).toBeLessThan(seconds + 0.2)
  const audio = plan.audio[0] as AudioPlan
  const whole = await encodeSound(source, audio, wholeSpan(audio))
  const spans = await encodeSound(source, audio, shortSpans(audio))
  expect(spans.made.length).toBeGreaterThan(4)
  expect(spans.sound.length).toBe(whole.sound.length)

  const silence = new Float32Array(unsaidDelay[name] ?? 0)
  const wanted = Float32Array.from([...silence, ...samples])
  const [at, long] = [rate / 2, rate / 4]
  const delay = lagAt(wanted, spans.sound, at, long)
  expect(Math.abs(delay)).toBeLessThanOrEqual(rate / 1000)
  // As late at the end as at the start, and at every joint as near to the original as one long run.
  const late = lagAt(wanted, spans.sound, wanted.length - 2 * long, long)
  expect(Math.abs(late - delay)).toBeLessThanOrEqual(1)
  const shift = lagAt(wanted, whole.sound, at, long)
  for (const { startTicks } of spans.made.slice(1)) {
    const joint = startTicks - 1024
    if (joint + 4096 > wanted.length) continue
    const apart = (sound: Float32Array) =>
      fidelity(wanted.subarray(joint - 2048 - shift), sound.subarray(joint - 2048), 0, 4096)
    expect(apart(spans.sound), `joint at ${joint}`).toBeGreaterThan(apart(whole.sound) - 0.5)
  }
})
