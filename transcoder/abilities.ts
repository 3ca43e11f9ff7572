// What this build of FFmpeg can do: asked once a process, because builds are cut to size.
import type { Ffmpeg } from './ffmpeg.ts'

const known = new WeakMap<Ffmpeg, Map<string, Promise<string>>>()

function ask(ffmpeg: Ffmpeg, question: string): Promise<string> {
  const answers = known.get(ffmpeg) ?? new Map<string, Promise<string>>()
  known.set(ffmpeg, answers)
  const found = answers.get(question)
  if (found) return found
  const asking = ffmpeg
    .run({ args: ['-hide_banner', question], timeoutSeconds: 10 })
    .then(({ stdout }) => stdout)
  answers.set(question, asking)
  asking.catch(() => answers.delete(question))
  return asking
}

/** Names of the codecs it decodes, as ffprobe spells them. */
export async function decodableCodecs(ffmpeg: Ffmpeg): Promise<ReadonlySet<string>> {
  const text = await ask(ffmpeg, '-codecs')
  return new Set([...text.matchAll(/^ D\S+ +(\S+)/gm)].map(([, name = '']) => name))
}

/** It has the filters that make SDR of HDR. */
export async function canToneMap(ffmpeg: Ffmpeg): Promise<boolean> {
  const text = await ask(ffmpeg, '-filters')
  return ['zscale', 'tonemap'].every(name => new RegExp(`^ \\S+ +${name} `, 'm').test(text))
}
