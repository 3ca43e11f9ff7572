// How the portal looks and speaks: a small menu in the header, out of everybody's way.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { chooseLanguage, keepLanguage, type Language, languages } from '../strings/choose.ts'
import { strings } from '../strings.ts'
import { Icon } from './icons.tsx'
import { keepTheme, recallTheme, themes } from './theme.ts'

const text = strings.preferences

export interface PreferencesProps {
  /** What stands on the button that opens it, instead of a sign of settings. */
  sign?: ComponentChildren
  title?: string
  onLanguage?(language: Language): Promise<unknown>
  /** Above all else in it. */
  children?: ComponentChildren
}

export function Preferences({ sign, title = text.title, onLanguage, children }: PreferencesProps) {
  const theme = useSignal(recallTheme())
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label={title}
        title={title}
        popovertarget="preferences"
      >
        {sign ?? <Icon name="settings" />}
      </button>
      <section id="preferences" class="preferences panel" popover="auto" aria-label={title}>
        {children}
        <Choice
          name="theme"
          legend={text.theme}
          options={themes}
          words={text.themes}
          chosen={theme.value}
          onChoose={choice => {
            theme.value = choice
            keepTheme(choice)
          }}
        />
        <Choice
          name="language"
          legend={text.language}
          options={languages}
          words={text.languages}
          chosen={chooseLanguage()}
          onChoose={language => {
            void speak(language, onLanguage)
          }}
        />
      </section>
    </>
  )
}

/** All of the page is drawn anew in it. */
async function speak(language: Language, tell: PreferencesProps['onLanguage']) {
  keepLanguage(language)
  // It holds here, whether or not the account remembers it.
  await tell?.(language).catch(() => {})
  location.reload()
}

interface ChoiceProps<Option extends string> {
  name: string
  legend: string
  options: readonly Option[]
  words: Record<Option, string>
  chosen: Option
  onChoose(option: Option): void
}

function Choice<Option extends string>(props: ChoiceProps<Option>) {
  const { name, legend, options, words, chosen, onChoose } = props
  return (
    <fieldset class="preference">
      <legend>{legend}</legend>
      {options.map(option => (
        <label key={option}>
          <input
            type="radio"
            name={name}
            value={option}
            checked={option === chosen}
            onChange={() => onChoose(option)}
          />
          {words[option]}
        </label>
      ))}
    </fieldset>
  )
}
