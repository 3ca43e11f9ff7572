// The share panel of a video: its link, from a moment if wanted, and the code that puts its player into another page.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { shareOf } from '../api/paths.ts'
import { announce } from '../look/announce.tsx'
import { IconButton } from '../look/button.tsx'
import { copyText } from '../look/copy.ts'
import { formatClock } from '../look/format.ts'
import { strings } from '../strings.ts'
import type { ShareProps } from './share.tsx'
import { ShareLinks } from './share-links.tsx'
import './share.css'
import { embedCode, watchLink } from './share-text.ts'
import { VisibilityChoice } from './visibility.tsx'

const text = strings.share

export function SharePanel({
  view,
  ofOwner,
  aspect,
  seconds,
  onClose,
}: ShareProps & { onClose(): void }) {
  const { videoId, title } = view
  const dialog = useRef<HTMLDialogElement>(null)
  const moment = useRef(Math.floor(seconds()))
  const fromMoment = useSignal(false)
  useEffect(() => dialog.current?.showModal(), [])
  const place = {
    origin: location.origin,
    videoId,
    share: shareOf(videoId),
    seconds: fromMoment.value ? moment.current : 0,
  }
  return (
    <dialog ref={dialog} class="confirm share" aria-labelledby="share-title" onClose={onClose}>
      <header class="share-head">
        <h2 id="share-title">{text.title}</h2>
        <IconButton icon="close" label={text.close} onClick={() => dialog.current?.close()} />
      </header>
      {ofOwner && <VisibilityChoice view={view} />}
      <Copied
        label={text.link}
        value={watchLink(place)}
        copy={text.copyLink}
        said={text.linkCopied}
      />
      {moment.current > 0 && (
        <label class="share-moment">
          <input
            type="checkbox"
            checked={fromMoment.value}
            onChange={event => {
              fromMoment.value = event.currentTarget.checked
            }}
          />
          {text.startAt(formatClock(moment.current))}
        </label>
      )}
      {ofOwner && <ShareLinks videoId={videoId} />}
      <Copied
        label={text.embed}
        value={embedCode({ ...place, title, aspect })}
        copy={text.copyEmbed}
        said={text.embedCopied}
        long
      />
    </dialog>
  )
}

interface CopiedProps {
  label: string
  value: string
  copy: string
  said: string
  long?: boolean
}

function Copied({ label, value, copy, said, long = false }: CopiedProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const done = useSignal('')

  async function take() {
    const copied = await copyText(value)
    if (!copied) field.current?.select()
    done.value = copied ? said : text.notCopied
    announce(done.value)
  }

  return (
    <div class="share-text">
      <label>
        <span>{label}</span>
        <textarea
          ref={field}
          class="field"
          dir="ltr"
          readOnly
          rows={long ? 4 : 2}
          value={value}
          onFocus={event => event.currentTarget.select()}
        />
      </label>
      <div class="share-steps">
        <button type="button" class="button small primary" onClick={() => void take()}>
          {copy}
        </button>
        <p aria-hidden="true">{done.value}</p>
      </div>
    </div>
  )
}
