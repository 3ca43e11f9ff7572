// FFmpeg's arguments for joining finished tracks into one MP4: copied, never encoded. Pure.
import type { AudioPlan } from '#domain/plan.ts'

export function mp4Args({
  inputs,
  audio,
  output,
}: {
  /** Loopback addresses: the picture first, then a track each. */
  inputs: readonly string[]
  audio: readonly AudioPlan[]
  output: string
}): string[] {
  const reads = inputs.flatMap(input => [
    // Nothing but the worker's own loopback server, and nothing but this container.
    ...['-protocol_whitelist', 'http,tcp', '-f', 'mov'],
    ...['-enable_drefs', '0', '-use_absolute_path', '0'],
    ...['-i', input],
  ])
  const languages = audio.flatMap(({ language }, index) =>
    language && /^[a-zA-Z-]{2,12}$/.test(language)
      ? [`-metadata:s:a:${index}`, `language=${language}`]
      : [],
  )
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-y'],
    ...reads,
    ...inputs.flatMap((_, index) => ['-map', `${index}:0`]),
    ...languages,
    ...['-c', 'copy', '-map_metadata', '-1'],
    // The index first, so that a browser plays while it loads.
    ...['-movflags', '+faststart', '-f', 'mp4', output],
  ]
}
