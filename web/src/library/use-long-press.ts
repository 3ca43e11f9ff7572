// A finger that stays down for half a second: the touch screen's way to say «this one». The click that follows is swallowed.
import { useRef } from 'preact/hooks'

const pressMs = 500
/** A finger is never quite still. */
const stillPixels = 10

export function useLongPress(onPress: () => void) {
  const press = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout> } | null>(null)
  const pressed = useRef(false)

  function end() {
    clearTimeout(press.current?.timer)
    press.current = null
  }

  return {
    onPointerDown(event: PointerEvent) {
      end()
      pressed.current = false
      if (event.pointerType !== 'touch') return
      const timer = setTimeout(() => {
        pressed.current = true
        navigator.vibrate?.(10)
        onPress()
      }, pressMs)
      press.current = { x: event.clientX, y: event.clientY, timer }
    },
    onPointerMove(event: PointerEvent) {
      const from = press.current
      if (!from) return
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > stillPixels) end()
    },
    onPointerUp: end,
    onPointerCancel: end,
    onContextMenu(event: MouseEvent) {
      if (press.current || pressed.current) event.preventDefault()
    },
    /** True once after a press: the click belongs to it. */
    swallowsClick(): boolean {
      const was = pressed.current
      pressed.current = false
      return was
    },
  }
}
