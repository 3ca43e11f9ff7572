// Quality, speed, languages and data saver in one menu, worked by mouse, finger and arrow keys.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { KeyboardEvent } from 'preact/compat'
import { useEffect, useRef } from 'preact/hooks'
import { rungLabel } from '../../look/format.ts'
import { Icon } from '../../look/icons.tsx'
import { strings } from '../../strings.ts'
import { speeds } from './keyboard.ts'
import type { Session } from './session.ts'
import type { Tracks } from './source.ts'
import { nameOfTrack } from './track-choice.ts'

const text = strings.player
const anItem = '[role^=menuitem]'

export interface SettingsMenuProps {
  session: Session
  onKeys(): void
}

export function SettingsMenu({ session, onKeys }: SettingsMenuProps) {
  const { media, source } = session
  const open = useSignal(false)
  const place = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  /** What is on the screen, not what was asked for: while a rung grows it may show a lower one. */
  const showing = media.height.value > 0 ? rungLabel(media.height.value) : null

  useEffect(() => {
    if (!open.value) return
    source.anticipate()
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
    if (event.key === 'Tab') {
      open.value = false
      return
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const end = { Home: 0, End: -1 }[event.key]
    if (step === undefined && end === undefined) return
    event.preventDefault()
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>(anItem)]
    const at = items.findIndex(item => item.matches(':focus'))
    items.at(end ?? (at + (step ?? 0)) % items.length)?.focus()
  }

  const heights = source.heights.value
  const { captions, sounds } = source
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
          <div class="menu-groups">
            {heights.length > 1 && (
              <Group title={text.quality}>
                {[null, ...heights].map(height => (
                  <Choice
                    key={height}
                    checked={source.chosen.value === height}
                    onChoose={() => {
                      session.setQuality(height)
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
              </Group>
            )}
            <Group title={text.speed}>
              {speeds.map(speed => (
                <Choice
                  key={speed}
                  checked={media.rate.value === speed}
                  onChoose={() => {
                    session.setSpeed(speed)
                    close()
                  }}
                >
                  {text.speedOf(speed)}
                </Choice>
              ))}
            </Group>
            {sounds.all.value.length > 1 && (
              <Languages
                title={text.sound}
                tracks={sounds}
                onChoose={id => {
                  if (id !== null) session.setSound(id)
                  close()
                }}
              />
            )}
            {captions.all.value.length > 0 && (
              <Languages
                title={text.captions}
                tracks={captions}
                none={text.captionsOff}
                onChoose={id => {
                  session.setCaptions(id)
                  close()
                }}
              />
            )}
          </div>
          <div class="menu-more">
            <button
              type="button"
              class="menu-item"
              role="menuitemcheckbox"
              aria-checked={session.preferences.value.saver}
              tabIndex={-1}
              onClick={() => session.setSaver(!session.preferences.peek().saver)}
            >
              <span class="switch" />
              {text.saver}
            </button>
            <button
              type="button"
              class="menu-item desk-only"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close()
                onKeys()
              }}
            >
              <kbd>?</kbd>
              {text.keys.show}
            </button>
          </div>
        </div>
      )}
    </div>
  )
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset aria-label={title}>
      <p class="menu-head" aria-hidden="true">
        {title}
      </p>
      {children}
    </fieldset>
  )
}

interface LanguagesProps {
  title: string
  tracks: Tracks
  /** The word for none of them, where that is a choice. */
  none?: string
  onChoose(id: number | null): void
}

function Languages({ title, tracks: { all, chosen }, none, onChoose }: LanguagesProps) {
  return (
    <Group title={title}>
      {none && (
        <Choice checked={chosen.value === null} onChoose={() => onChoose(null)}>
          {none}
        </Choice>
      )}
      {all.value.map(track => (
        <Choice
          key={track.id}
          checked={chosen.value === track.id}
          onChoose={() => onChoose(track.id)}
        >
          {nameOfTrack(track, strings.locale)}
        </Choice>
      ))}
    </Group>
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
      <bdi>{children}</bdi>
    </button>
  )
}
