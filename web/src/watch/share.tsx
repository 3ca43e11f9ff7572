// The button that opens the share panel, whose code comes with the first press.
import type { VideoView } from '#domain/video.ts'
import { Icon } from '../look/icons.tsx'
import { strings } from '../strings.ts'
import { useLate } from '../use-late.ts'

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
  const { Panel, open, close } = useLate(late => late.SharePanel)
  return (
    <>
      <button type="button" class="button" onClick={open}>
        <Icon name="share" />
        {strings.share.open}
      </button>
      {Panel && <Panel {...props} onClose={close} />}
    </>
  )
}
