// The poster of a film where its picture will be: what somebody waits for first, on its own colour until it is there.
import type { VideoView } from '#domain/video.ts'
import { groundOf } from './ground.ts'

type StillView = Pick<VideoView, 'posterUrl' | 'posterColor' | 'width' | 'height'>

export function Still({ view, name }: { view: StillView; name: string }) {
  if (!view.posterUrl) return null
  return (
    <img class={name} src={view.posterUrl} style={groundOf(view)} alt="" fetchPriority="high" />
  )
}
