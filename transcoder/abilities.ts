// What this build of FFmpeg can do: asked once a process, because builds are cut to size.
import { MillraceError } from '#domain/errors.ts'
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

/**
 * The build can do what every video needs.
 * @throws MillraceError `configuration-wrong` in words that say what to install or set
 */
export async function requireAbilities(ffmpeg: Ffmpeg): Promise<void> {
  const [, , encoders] = await Promise.all([
    ffmpeg.version(),
    ffmpeg.probe({ args: ['-version'], timeoutSeconds: 10 }).catch(cause => {
      const message =
        'ffprobe does not answer: install it with FFmpeg, or let FFPROBE_PATH name it.'
      throw new MillraceError('configuration-wrong', { cause, message })
    }),
    ask(ffmpeg, '-encoders'),
    // Asked for with the first source: not while somebody waits for it.
    decodableCodecs(ffmpeg),
  ])
  const missing = ['libx264', 'aac'].filter(
    name => !new RegExp(`^ \\S+ +${name} `, 'm').test(encoders),
  )
  if (missing.length > 0) {
    const message = `This FFmpeg cannot encode with ${missing.join(' and ')}: install one that can, or set FFMPEG_PATH.`
    throw new MillraceError('configuration-wrong', { message })
  }
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
