// The plan of a film's opening, from its first seconds and the length it is said to have: the chunks and spans in it are those
// of the whole film's plan, whatever its true length. Whether they are is compared once the whole is known. Pure.
import { MillraceError } from '#domain/errors.ts'
import { openedFilmSeconds, openingSpans, type Plan } from '#domain/plan.ts'
import { type AttemptFacts, planAttempt } from './plan-attempt.ts'

/** Null: only a scan of the whole can tell. What is refused now may be right as a whole, and the scan says it again if not. */
export function planOpening(facts: AttemptFacts & { saidSeconds: number }): Plan | null {
  const { saidSeconds, limits } = facts
  if (saidSeconds < openedFilmSeconds || saidSeconds > limits.maxDurationSeconds) return null
  try {
    const plan = planAttempt(facts)
    // Where the phase of a variable film lies is known at its end only.
    if (!plan.video.timeline.sourceIsConstant) return null
    const audio = plan.audio.map(track => ({ ...track, spans: track.spans.slice(0, openingSpans) }))
    return { ...plan, audio }
  } catch (thrown) {
    if (thrown instanceof MillraceError) return null
    throw thrown
  }
}

/** In what the plan of the whole is not what its opening was made by; null when it goes on from it. */
export function breachOf(opening: Plan, whole: Plan): string | null {
  return differenceOf(claimsOf(opening, opening), claimsOf(whole, opening), '')
}

/** All of a plan that chunks and spans of the opening were made by: all but what the length decides. */
function claimsOf({ encoder, source, video, audio }: Plan, opening: Plan) {
  const { frames, sourceIsConstant: _, pictureFrames = frames, ...timeline } = video.timeline
  const last = opening.video.chunks.at(-1)
  const opened = last ? last.firstFrame + last.frames : 0
  return {
    encoder,
    source,
    video: {
      ...video,
      timeline,
      // Sound may go on after the last picture, but not inside the opening.
      pictureFrames: Math.min(pictureFrames, opened),
      copyLane: null,
      chunks: video.chunks.slice(0, opening.video.chunks.length),
    },
    audio: audio.map((track, index) => ({
      ...track,
      packets: null,
      spans: track.spans.slice(0, opening.audio[index]?.spans.length ?? 0),
    })),
  }
}

function differenceOf(a: unknown, b: unknown, path: string): string | null {
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return a === b ? null : path
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const found = differenceOf(
      left.get(name),
      right.get(name),
      path === '' ? name : `${path}.${name}`,
    )
    if (found) return found
  }
  return null
}
