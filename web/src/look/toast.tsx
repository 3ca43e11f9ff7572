// Passing notices over the page, one above the other: what happened, and at most one thing to do about it. They wait for whoever
// points at them or has the focus in them.
import { signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { strings } from '../strings.ts'
import { IconButton } from './button.tsx'
import { Icon, type IconName } from './icons.tsx'

const usualMs = 9_000

export interface ToastOptions {
  text: string
  icon?: IconName
  action?: { label: string; run(): void }
  /** A page to go to instead. */
  link?: { label: string; href: string }
  /** Who closes it keeps its time, and is told when that must stand still. Without, it closes by itself. */
  timer?: { hold(): void; letGo(): void }
}

interface Shown extends ToastOptions {
  id: number
}

const most = 4
const shown = signal<readonly Shown[]>([])
let lastId = 0

/** Returns how to close it. What it says must be announced by whoever shows it. */
export function toast(options: ToastOptions): () => void {
  lastId += 1
  const id = lastId
  shown.value = [...shown.peek(), { ...options, id }].slice(-most)
  return () => close(id)
}

function close(id: number) {
  shown.value = shown.peek().filter(other => other.id !== id)
}

export function Toasts() {
  if (shown.value.length === 0) return null
  return (
    <section class="toasts" aria-label={strings.notices}>
      {shown.value.map(one => (
        <Toast key={one.id} {...one} />
      ))}
    </section>
  )
}

function Toast({ id, text, icon, action, link, timer }: Shown) {
  const clock = useMemo(() => createHolds(timer ?? ownTimer(() => close(id))), [])
  useEffect(() => {
    if (timer) return
    clock.letGo('pointer')
    return () => clock.hold('pointer')
  }, [])
  return (
    <div
      class="toast"
      onPointerEnter={() => clock.hold('pointer')}
      onPointerLeave={() => clock.letGo('pointer')}
      onFocusIn={() => clock.hold('focus')}
      onFocusOut={() => clock.letGo('focus')}
    >
      {icon && <Icon name={icon} />}
      <p>{text}</p>
      {action && (
        <button
          type="button"
          class="toast-action"
          onClick={() => {
            action.run()
            close(id)
          }}
        >
          {action.label}
        </button>
      )}
      {link && (
        <a class="toast-action" href={link.href} onClick={() => close(id)}>
          {link.label}
        </a>
      )}
      <IconButton icon="close" label={strings.close} kind="toast-close" onClick={() => close(id)} />
    </div>
  )
}

type Hold = 'pointer' | 'focus'

/** Time stands still as long as there is one of either: who has the focus in a notice may take the pointer away. */
export function createHolds({ hold, letGo }: NonNullable<ToastOptions['timer']>) {
  const holds = new Set<Hold>()
  return {
    hold(by: Hold) {
      holds.add(by)
      hold()
    },
    letGo(by: Hold) {
      holds.delete(by)
      if (holds.size === 0) letGo()
    },
  }
}

/** In a tab that nobody sees no time goes by. */
function ownTimer(end: () => void) {
  let running: ReturnType<typeof setTimeout> | undefined
  function hold() {
    clearTimeout(running)
    document.removeEventListener('visibilitychange', letGo)
  }
  function letGo() {
    hold()
    if (document.visibilityState === 'visible') running = setTimeout(end, usualMs)
    else document.addEventListener('visibilitychange', letGo)
  }
  return { hold, letGo }
}
