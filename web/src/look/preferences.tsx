// How the portal looks and speaks: a small menu in the header, out of everybody's way.
import { useSignal } from '@preact/signals'
import { chooseLanguage, keepLanguage, languages } from '../strings/choose.ts'
import { strings } from '../strings.ts'
import { Icon } from './icons.tsx'
import { keepTheme, recallTheme, themes } from './theme.ts'

const text = strings.preferences

export function Preferences() {
  const theme = useSignal(recallTheme())
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label={text.title}
        title={text.title}
        popovertarget="preferences"
      >
        <Icon name="settings" />
      </button>
      <section id="preferences" class="preferences panel" popover="auto" aria-label={text.title}>
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
            keepLanguage(language)
            location.reload()
          }}
        />
      </section>
    </>
  )
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
