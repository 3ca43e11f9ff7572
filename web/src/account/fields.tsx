// Fields of forms about accounts: each with its label, what is to be said beforehand, and a password that can be looked at.
import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { passwordLengths } from '#domain/account.ts'
import { usePortal } from '../portal-context.ts'
import { words } from './words.ts'

export interface FieldProps {
  label: string
  name: string
  hint?: string
  autocomplete?: 'name' | 'off' | 'one-time-code'
  maxLength?: number
  required?: boolean
  value?: string
}

export function Field({ label, hint, value, ...input }: FieldProps) {
  const id = useId()
  return (
    <div class="form-field">
      <label for={id}>{label}</label>
      <input
        {...input}
        {...(value === undefined ? {} : { defaultValue: value })}
        id={id}
        class="field"
        {...(hint ? { 'aria-describedby': `${id}-hint` } : {})}
      />
      {hint && (
        <p id={`${id}-hint`} class="form-hint">
          {hint}
        </p>
      )}
    </div>
  )
}

/** What one signs in by. */
export function EmailField({ label = words.email, required = true, own = true }) {
  const id = useId()
  return (
    <div class="form-field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="field"
        name="email"
        type="email"
        autocomplete={own ? 'username' : 'off'}
        autocapitalize="none"
        spellcheck={false}
        maxLength={254}
        required={required}
      />
    </div>
  )
}

/** Drawn here alone, so not among the icons of every page. */
const eye = {
  show: 'M2.5 12s3.5-6.5 9.5-6.5 9.5 6.5 9.5 6.5-3.5 6.5-9.5 6.5S2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  hide: 'M2.5 12s3.5-6.5 9.5-6.5 9.5 6.5 9.5 6.5-3.5 6.5-9.5 6.5S2.5 12 2.5 12zM4 4l16 16',
}

export interface PasswordProps {
  label?: string
  name: string
  autocomplete: 'current-password' | 'new-password'
  hint?: string
  least?: number
}

export function PasswordField({ label, name, autocomplete, hint, least }: PasswordProps) {
  const id = useId()
  const shown = useSignal(false)
  const act = shown.value ? words.hidePassword : words.showPassword
  return (
    <div class="form-field">
      <label for={id}>{label ?? words.password}</label>
      <div class="password">
        <input
          id={id}
          class="field"
          name={name}
          {...(shown.value ? { type: 'text' as const } : { type: 'password' as const })}
          autocomplete={autocomplete}
          autocapitalize="none"
          spellcheck={false}
          required
          {...(least === undefined ? {} : { minLength: least })}
          {...(hint ? { 'aria-describedby': `${id}-hint` } : {})}
        />
        <button
          type="button"
          class="icon-button"
          aria-label={act}
          title={act}
          onClick={() => {
            shown.value = !shown.value
          }}
        >
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d={shown.value ? eye.hide : eye.show} />
          </svg>
        </button>
      </div>
      {hint && (
        <p id={`${id}-hint`} class="form-hint">
          {hint}
        </p>
      )}
    </div>
  )
}

/** One that is being chosen, with what is asked of it. */
export function NewPasswordField({ name }: { name: string }) {
  const { session } = usePortal()
  const least = session.standing.value?.shortestPassword ?? passwordLengths.least
  return (
    <PasswordField
      label={words.join.newPassword}
      name={name}
      autocomplete="new-password"
      hint={words.join.rules(least)}
      least={least}
    />
  )
}

export interface SelectProps<Value extends string | number> {
  label: string
  name: string
  /** The first is what a form goes back to. */
  options: readonly Value[]
  say(option: Value): string
  chosen?: Value
}

export function SelectField<Value extends string | number>(props: SelectProps<Value>) {
  const { label, name, options, say, chosen = options[0] } = props
  const id = useId()
  return (
    <div class="form-field">
      <label for={id}>{label}</label>
      <select id={id} class="field" name={name}>
        {options.map(option => (
          <option key={option} value={option} selected={option === chosen}>
            {say(option)}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Of an authenticator app, or a recovery code. */
export const CodeField = ({ hint }: { hint: string }) => (
  <Field
    label={words.secondFactor.code}
    name="code"
    hint={hint}
    autocomplete="one-time-code"
    maxLength={40}
    required
  />
)

/** Has its place before it is said. */
export function Wrong({ wrong }: { wrong: Signal<string> }) {
  return (
    <p class="wrong" role="alert">
      {wrong}
    </p>
  )
}

export function SubmitButton({
  busy,
  kind = 'primary',
  children,
}: {
  busy: Signal<boolean>
  kind?: string
  children: ComponentChildren
}) {
  return (
    <button type="submit" class={`button ${kind}`} aria-disabled={busy.value}>
      {children}
    </button>
  )
}
