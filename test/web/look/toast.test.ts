// Notices wait for whoever points at them or has the focus in them.
import { expect, it } from 'vitest'
import { createHolds } from '../../../web/src/look/toast.tsx'

it('goes on only when neither pointer nor focus is there', () => {
  let running = true
  const clock = createHolds({
    hold() {
      running = false
    },
    letGo() {
      running = true
    },
  })
  clock.hold('pointer')
  clock.hold('focus')
  clock.letGo('pointer')
  expect(running).toBe(false)
  clock.letGo('focus')
  expect(running).toBe(true)
})
