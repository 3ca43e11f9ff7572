// So many event streams each, and a place that is given back is there for the next.
import { expect, it } from 'vitest'
import { createStreamCap } from '../../functions/status/stream-cap.ts'

it('gives out so many places each, and takes each back once', () => {
  const cap = createStreamCap(2)
  const [first, second] = [cap.take('ada'), cap.take('ada')]
  expect(first).not.toBeNull()
  expect(cap.take('ada')).toBeNull()
  expect(cap.take('eve')).not.toBeNull()
  first?.()
  first?.()
  expect(cap.take('ada')).not.toBeNull()
  expect(cap.take('ada')).toBeNull()
  second?.()
  expect(cap.take('ada')).not.toBeNull()
})
