// A line between a browser and one port of this machine that breaks as a tunnel breaks it: a TCP proxy that resets every connection
// at once, whatever is on its way, and every new one until it is mended. It drops no packets: a program between two sockets cannot.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface BreakableLine {
  /** Where it begins. */
  port: number
  /** Connections that were open when it broke, in all. */
  broken(): number
  break(): void
  mend(): void
  close(): void
}

export async function layLine(toPort: number): Promise<BreakableLine> {
  const open = new Set<Socket>()
  let isBroken = false
  let broken = 0

  const server = createServer(near => {
    if (isBroken) return void near.resetAndDestroy()
    const far = connect(toPort, '127.0.0.1')
    const ends = [near, far]
    open.add(near)
    near.pipe(far)
    far.pipe(near)
    for (const end of ends) {
      end.setNoDelay(true)
      // What a reset throws is told by `close`.
      end.on('error', () => {})
      end.once('close', () => {
        open.delete(near)
        for (const each of ends) each.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')

  const resetAll = () => {
    for (const near of open) near.resetAndDestroy()
  }
  return {
    port: address.port,
    broken: () => broken,
    break() {
      isBroken = true
      broken += open.size
      resetAll()
    },
    mend() {
      isBroken = false
    },
    close() {
      server.close()
      resetAll()
    },
  }
}
