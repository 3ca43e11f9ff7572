// A second factor: taken on with an authenticator app, its recovery codes shown once, taken away.
import { useSignal } from '@preact/signals'
import { encode } from 'uqr'
import type { AccountView } from '#domain/account.ts'
import { announce } from '../look/announce.tsx'
import { usePortal } from '../portal-context.ts'
import { CodeField, PasswordField, SubmitButton, Wrong } from './fields.tsx'
import { Part } from './part.tsx'
import { Secret } from './secret.tsx'
import { fieldOf, useSubmit } from './submit.ts'
import { words } from './words.ts'

const text = words.secondFactor
const path = '/api/account/second-factor'

interface Begun {
  secret: string
  uri: string
}

export function SecondFactor({ account }: { account: AccountView }) {
  const { session } = usePortal()
  const recovery = useSignal<string[] | null>(null)
  const change = async (secondFactor: boolean) =>
    void (await session.take({ ...account, secondFactor }, location.pathname, false))
  return (
    <Part title={text.title} hint={text.hint}>
      {account.secondFactor ? (
        <>
          <p>{text.on}</p>
          {recovery.value && (
            <Secret
              label={text.recoveryCodes}
              hint={text.recoveryText}
              value={recovery.value.join('\n')}
              rows={recovery.value.length}
            />
          )}
          <Removal
            onRemoved={async () => {
              recovery.value = null
              await change(false)
              announce(text.removed)
            }}
          />
        </>
      ) : (
        <Beginning
          onDone={async codes => {
            recovery.value = codes
            await change(true)
            announce(text.on)
          }}
        />
      )}
    </Part>
  )
}

function Beginning({ onDone }: { onDone(codes: string[]): Promise<void> }) {
  const { api } = usePortal()
  const begun = useSignal<Begun | null>(null)
  const beginning = useSubmit(async form => {
    const password = fieldOf(form, 'password')
    begun.value = await api.json<Begun>('POST', path, { password })
  })
  const confirming = useSubmit(async form => {
    const code = fieldOf(form, 'code')
    const { recoveryCodes } = await api.json<{ recoveryCodes: string[] }>('PUT', path, { code })
    await onDone(recoveryCodes)
  })
  if (!begun.value) {
    return (
      <form class="account-form" aria-label={text.title} onSubmit={beginning.submit}>
        <PasswordField name="password" autocomplete="current-password" />
        <Wrong wrong={beginning.wrong} />
        <SubmitButton busy={beginning.busy} kind="">
          {text.begin}
        </SubmitButton>
      </form>
    )
  }
  const { secret, uri } = begun.value
  return (
    <form class="account-form" aria-label={text.title} onSubmit={confirming.submit}>
      <p>{text.scan}</p>
      <QrCode uri={uri} />
      <p class="form-hint">
        {text.byHand} <code class="second-factor-secret">{inFours(secret)}</code>
      </p>
      <CodeField hint={text.firstCode} />
      <Wrong wrong={confirming.wrong} />
      <SubmitButton busy={confirming.busy}>{text.confirm}</SubmitButton>
    </form>
  )
}

const inFours = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(' ')

/** Black on white in the dark, too: cameras look for that. */
function QrCode({ uri }: { uri: string }) {
  const { data, size } = encode(uri, { border: 3 })
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])))
  return (
    <svg class="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={text.qrCode}>
      <rect width={size} height={size} fill="#fff" />
      <path d={dark.join('')} fill="#000" shape-rendering="crispEdges" />
    </svg>
  )
}

function Removal({ onRemoved }: { onRemoved(): Promise<void> }) {
  const { api } = usePortal()
  const { busy, wrong, submit } = useSubmit(async form => {
    const given = { password: fieldOf(form, 'password'), code: fieldOf(form, 'code') }
    await api.call('POST', `${path}/removal`, given)
    await onRemoved()
  })
  return (
    <details class="second-factor-removal">
      <summary>{text.remove}</summary>
      <form class="account-form" aria-label={text.remove} onSubmit={submit}>
        <PasswordField name="password" autocomplete="current-password" />
        <CodeField hint={text.codeHint} />
        <Wrong wrong={wrong} />
        <SubmitButton busy={busy} kind="danger">
          {text.remove}
        </SubmitButton>
      </form>
    </details>
  )
}
