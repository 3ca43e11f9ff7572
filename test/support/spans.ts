// Sound as the transcoder's own arguments make it of a real source, span by span, joined as a player joins it.
import { mkdir } from 'node:fs/promises'
import type { AudioPlan, Plan } from '#domain/plan.ts'
import { anchorArgs, audioArgs, readAnchor } from '../../transcoder/audio-args.ts'
import { checkAudioSpan, sampleDecodeArgs } from '../../transcoder/check.ts'
import { type Packed, packAudio } from '../../transcoder/pack.ts'
import { ffmpegUnderTest, ffprobeUnderTest, joinPacked } from './media.ts'
import { soundOf } from './sound.ts'

/** Short spans, so that a short source has several joints. */
export function shortSpans(audio: AudioPlan): AudioPlan {
  const spans: AudioPlan['spans'] = []
  for (let firstPacket = 0; firstPacket < audio.packets; ) {
    const left = audio.packets - firstPacket
    const packets = left < 2 * audio.segmentPackets ? left : audio.segmentPackets
    spans.push({ index: spans.length, firstPacket, packets })
    firstPacket += packets
  }
  return { ...audio, spans }
}

/** A track by these spans: its objects, and what is heard of them. */
export async function encodeSound(
  { plan, path }: { plan: Plan; path: string },
  audio: AudioPlan,
  spans: AudioPlan,
) {
  // One run must be placed like the spans: the anchor is asked for with them.
  const asked = anchorArgs({ plan, audio: shortSpans(audio), input: path })
  const anchor = asked && readAnchor(await ffprobeUnderTest(asked))
  const made: Packed[] = []
  for (const span of spans.spans) {
    const cwd = `${path}-${spans.spans.length}-${span.index}`
    await mkdir(cwd)
    await ffmpegUnderTest(audioArgs({ plan, audio: spans, span, input: path, anchor }), cwd)
    const packed = await packAudio(cwd, spans, span)
    checkAudioSpan(packed, spans, span)
    await ffmpegUnderTest(sampleDecodeArgs(packed.path))
    made.push(packed)
  }
  return {
    made,
    sound: await soundOf(await joinPacked(made, `${path}-${made.length}.mp4`), audio.sampleRate),
  }
}
