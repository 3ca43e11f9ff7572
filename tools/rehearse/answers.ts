// What the edge must have answered, or an error that says what it did.
import type { EdgeAnswer } from '../doctor/edge-client.ts'

/** @throws Error that names the request, when the answer is another one. */
export function expectStatus(answer: EdgeAnswer, wanted: number, what: string): void {
  if (answer.status === wanted) return
  const said = answer.body.slice(0, 500)
  throw new Error(`${what}: ${answer.status} in place of ${wanted}: ${said}`)
}

export function readJson<T>(answer: EdgeAnswer, wanted: number, what: string): T {
  expectStatus(answer, wanted, what)
  return JSON.parse(answer.body)
}
