// The keys of the player, in a list a viewer can call up.
import { useEffect, useRef } from 'preact/hooks'
import { strings } from '../../strings.ts'

const text = strings.player.keys

const rows: readonly [keys: readonly string[], words: string][] = [
  [[text.space, 'K'], text.toggle],
  [['J', 'L'], text.seek10],
  [['←', '→'], text.seek5],
  [['0', '…', '9'], text.seekTo],
  [[text.home, text.end], text.ends],
  [[',', '.'], text.frame],
  [['<', '>'], text.speed],
  [['↑', '↓'], text.volume],
  [['M'], text.mute],
  [['C'], text.captions],
  [['F'], text.fullscreen],
  [['T'], text.theatre],
  [['I'], text.pictureInPicture],
]

export function KeyList({ onClose }: { onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      class="confirm key-list"
      aria-labelledby="key-list-title"
      onClose={onClose}
    >
      <h2 id="key-list-title">{text.title}</h2>
      <dl>
        {rows.map(([keys, words]) => (
          <div key={words}>
            <dt>
              {keys.map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" class="confirm-choices">
        <button type="submit" class="button">
          {text.close}
        </button>
      </form>
    </dialog>
  )
}
