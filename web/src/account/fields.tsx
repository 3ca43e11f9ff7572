// Fields of forms about accounts: each with its label, what is to be said beforehand, and a password that can be looked at.
import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Icon } from '../look/icons.tsx'
import { words } from './words.ts'

export interface FieldProps {
  label: string
  name: string
  hint?: string
  autocomplete?: 'name' | 'off'
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
          <Icon name={shown.value ? 'hide' : 'show'} />
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
