// Links a video's owner gives to others: made, copied, taken back.
import { useSignal } from '@preact/signals'
import { type ShareView, shareLabelMaxLength } from '#domain/share.ts'
import '../account/account.css'
import { Field, SelectField, SubmitButton, Wrong } from '../account/fields.tsx'
import { useLoaded } from '../account/loaded.ts'
import { fieldOf, useSubmit } from '../account/submit.ts'
import { words } from '../account/words.ts'
import { sharesPath } from '../api/paths.ts'
import { announce } from '../look/announce.tsx'
import { copyText } from '../look/copy.ts'
import { formatDate } from '../look/format.ts'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'

const text = words.share
/** Days, the usual first; 0: it holds until it is taken back. */
const expiries = [7, 1, 30, 0] as const
const daySeconds = 24 * 3600

export function ShareLinks({ videoId }: { videoId: string }) {
  const { api } = usePortal()
  const said = useSignal('')
  const { value, wrong, again } = useLoaded(
    async () => (await api.json<{ shares: ShareView[] }>('GET', sharesPath(videoId))).shares,
  )
  const say = (sentence: string) => {
    said.value = sentence
    announce(sentence)
  }

  /** Where it can't be, it stands there to be marked. */
  const copy = async (url: string) =>
    say((await copyText(location.origin + url)) ? text.copied : strings.share.notCopied)

  const { busy, submit, ...making } = useSubmit(async form => {
    const label = fieldOf(form, 'label').trim()
    const days = Number(fieldOf(form, 'days'))
    const made = await api.json<ShareView>('POST', sharesPath(videoId), {
      ...(label ? { label } : {}),
      ...(days > 0 ? { expiresInSeconds: days * daySeconds } : {}),
    })
    form.reset()
    await again()
    await copy(made.url)
  })
  const takingBack = useSubmit(async form => {
    await api.call('DELETE', sharesPath(videoId, form.dataset['share']))
    await again()
    say(text.takenBack)
  })

  return (
    <section class="share-links" aria-labelledby="share-links-title">
      <h3 id="share-links-title">{text.links}</h3>
      <p class="form-hint">{text.linksText}</p>
      <Wrong wrong={wrong} />
      <ul>
        {value.value?.map(share => (
          <ShareLink
            key={share.shareId}
            share={share}
            onCopy={copy}
            onTakeBack={takingBack.submit}
          />
        ))}
      </ul>
      <Wrong wrong={takingBack.wrong} />
      <form class="share-new" onSubmit={submit}>
        <Field label={text.label} name="label" maxLength={shareLabelMaxLength} autocomplete="off" />
        <SelectField
          label={text.ends}
          name="days"
          options={expiries}
          say={days => text.expiries[days]}
        />
        <SubmitButton busy={busy} kind="small primary">
          {text.create}
        </SubmitButton>
      </form>
      <Wrong wrong={making.wrong} />
      <p aria-hidden="true">{said}</p>
    </section>
  )
}

interface ShareLinkProps {
  share: ShareView
  onCopy(url: string): Promise<void>
  onTakeBack(event: Event): void
}

function ShareLink({ share, onCopy, onTakeBack }: ShareLinkProps) {
  const { shareId, url, label, expiresAt } = share
  const name = label ?? text.unnamed
  return (
    <li>
      <div>
        <b>{name}</b> · {text.endsOn(expiresAt && formatDate(expiresAt))}
        <p class="share-address">{location.origin + url}</p>
      </div>
      <button
        type="button"
        class="button small"
        aria-label={text.copyOf(name)}
        onClick={() => void onCopy(url)}
      >
        {words.copy}
      </button>
      <form data-share={shareId} onSubmit={onTakeBack}>
        <button type="submit" class="button small danger-text" aria-label={text.takeBackOf(name)}>
          {text.takeBack}
        </button>
      </form>
    </li>
  )
}
