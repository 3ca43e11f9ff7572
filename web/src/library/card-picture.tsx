// The picture of a card: the poster whole, whatever its shape, a short preview over it, or what stands for either.
import type { VideoView } from '#domain/video.ts'
import { sayFailure } from '../api/problem.ts'
import { groundOf, isTall } from '../look/ground.ts'
import { Icon } from '../look/icons.tsx'
import { usePreview } from './use-preview.ts'

export interface PictureProps {
  view: VideoView
  /** Somebody points at the card, or has the focus in it. */
  lookedAt: boolean
  /** It is among the first that are seen. */
  first: boolean
}

export function Picture({ view, lookedAt, first }: PictureProps) {
  const preview = usePreview(view.storyboardUrl, lookedAt)
  if (view.failure) {
    return (
      <div class="card-failure">
        <Icon name="warning" />
        <p>{sayFailure(view)}</p>
      </div>
    )
  }
  if (!view.posterUrl) return <Icon name="film" />
  // A tall picture would be cut to a strip: it is shown whole, on a ground of its own colours.
  const tall = isTall(view)
  return (
    <>
      {tall && (
        <img class="card-ground" src={view.posterUrl} alt="" loading="lazy" decoding="async" />
      )}
      <img
        class={tall ? 'card-poster whole' : 'card-poster'}
        src={view.posterUrl}
        style={groundOf(view)}
        alt=""
        loading={first ? 'eager' : 'lazy'}
        fetchPriority={first ? 'high' : 'auto'}
        decoding="async"
      />
      {preview && <Frame {...preview} />}
    </>
  )
}

function Frame({ url, left, top, wide, high, aspect }: NonNullable<ReturnType<typeof usePreview>>) {
  return (
    <div class="card-preview" aria-hidden="true">
      <div
        style={{
          aspectRatio: aspect,
          backgroundImage: `url("${url}")`,
          backgroundSize: `${wide * 100}% ${high * 100}%`,
          backgroundPosition: `${left * 100}% ${top * 100}%`,
        }}
      />
    </div>
  )
}
