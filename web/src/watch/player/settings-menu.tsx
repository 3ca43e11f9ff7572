// Quality and speed in one menu, worked by mouse, finger and arrow keys.
import { useSignal } from '@preact/signals'
import type { KeyboardEvent } from 'preact/compat'
import { useEffect, useRef } from 'preact/hooks'
import { rungLabel } from '../../look/format.ts'
import { Icon } from '../../look/icons.tsx'
import { strings } from '../../strings.ts'
import type { Session } from './session.ts'

const text = strings.player
const rates = [0.5, 0.75, 1, 1.25, 1.5, 2] as const

export function SettingsMenu({ session }: { session: Session }) {
  const { media, source } = session
  const open = useSignal(false)
  const place = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  /** What is on the screen, not what was asked for: while a rung grows it may show a lower one. */
  const showing = media.height.value > 0 ? rungLabel(media.height.value) : null

  useEffect(() => {
    if (!open.value) return
    place.current?.querySelector<HTMLElement>('[aria-checked=true]')?.focus()
    const onOutside = (event: PointerEvent) => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) open.value = false
    }
    document.addEventListener('pointerdown', onOutside)
    return () => document.removeEventListener('pointerdown', onOutside)
  }, [open.value])

  function close() {
    open.value = false
    opener.current?.focus()
  }

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    if (event.key === 'Escape') return close()
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitemradio]')]
    const at = items.findIndex(item => item.matches(':focus'))
    items.at((at + step) % items.length)?.focus()
  }

  const heights = source.heights.value
  return (
    <div class="settings" ref={place}>
      <button
        ref={opener}
        type="button"
        class="settings-button"
        aria-haspopup="menu"
        aria-expanded={open.value}
        aria-label={showing ? `${text.settings}, ${showing}` : text.settings}
        onClick={() => {
          open.value = !open.value
        }}
      >
        {showing && <span class="quality-label">{showing}</span>}
        <Icon name="settings" />
      </button>
      {open.value && (
        <div class="menu" role="menu" aria-label={text.settings} onKeyDown={onKeyDown}>
          {heights.length > 1 && (
            <fieldset aria-label={text.quality}>
              <p class="menu-head">{text.quality}</p>
              {[null, ...heights].map(height => (
                <Choice
                  key={height}
                  checked={source.chosen.value === height}
                  onChoose={() => {
                    source.choose(height)
                    close()
                  }}
                >
                  {height !== null
                    ? rungLabel(height)
                    : showing && source.chosen.value === null
                      ? text.autoAt(showing)
                      : text.auto}
                </Choice>
              ))}
            </fieldset>
          )}
          <fieldset aria-label={text.speed}>
            <p class="menu-head">{text.speed}</p>
            {rates.map(rate => (
              <Choice
                key={rate}
                checked={media.rate.value === rate}
                onChoose={() => {
                  media.video.playbackRate = rate
                  close()
                }}
              >
                {text.speedOf(rate)}
              </Choice>
            ))}
          </fieldset>
        </div>
      )}
    </div>
  )
}

interface ChoiceProps {
  checked: boolean
  onChoose(): void
  children: string
}

function Choice({ checked, onChoose, children }: ChoiceProps) {
  return (
    <button
      type="button"
      class="menu-item"
      role="menuitemradio"
      aria-checked={checked}
      tabIndex={checked ? 0 : -1}
      onClick={onChoose}
    >
      {checked ? <Icon name="check" /> : <span class="icon" />}
      {children}
    </button>
  )
}
