// Widens and narrows the gate by what the parts themselves tell: their bytes and their failures. No timer of its own.
import { toProblem } from '../api/problem.ts'
import { createGate, type Gate } from './gate.ts'
import type { SendPart } from './send-part.ts'
import type { Width } from './width.ts'

export interface Adaptive {
  gate: Gate
  sendPart: SendPart
}

export function adaptTo(width: Width, send: SendPart, nowSeconds: () => number): Adaptive {
  const gate = createGate(width.now)
  let sent = 0
  return {
    gate,
    async sendPart(url, body, onSent, signal) {
      let seen = 0
      const hear = (bytes: number) => {
        sent += Math.max(0, bytes - seen)
        seen = bytes
        width.look(nowSeconds(), sent, gate.isFull())
        gate.resize(width.now)
        onSent(bytes)
      }
      try {
        return await send(url, body, hear, signal)
      } catch (thrown) {
        // A pause says nothing about the line; neither does a refused signature.
        if (!signal.aborted && toProblem(thrown).retryable) {
          width.failed(nowSeconds())
          gate.resize(width.now)
        }
        throw thrown
      }
    },
  }
}
