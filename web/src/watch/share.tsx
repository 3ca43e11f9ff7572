// The button that opens the share panel, whose code comes with the first press.
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import type { VideoView } from '#domain/video.ts'
import { notify } from '../look/announce.tsx'
import { Icon } from '../look/icons.tsx'
import { strings } from '../strings.ts'

export interface ShareProps {
  view: VideoView
  /** Who may see it, and links for others, are theirs to say. */
  ofOwner: boolean
  /** Width ÷ height of the picture. */
  aspect: number
  /** Where the film stands. */
  seconds(): number
}

export function Share(props: ShareProps) {
  const Panel = useSignal<ComponentType<ShareProps & { onClose(): void }> | null>(null)
  const open = () =>
    import('../late.ts').then(
      chunk => {
        Panel.value = chunk.SharePanel
      },
      () => notify(strings.problems.network),
    )
  return (
    <>
      <button type="button" class="button" onClick={() => void open()}>
        <Icon name="share" />
        {strings.share.open}
      </button>
      {Panel.value && (
        <Panel.value
          {...props}
          onClose={() => {
            Panel.value = null
          }}
        />
      )}
    </>
  )
}
