// A piece of the worker's work in a process of its own: what it takes of memory above the idle process, of CPU and of time.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createStoreClient } from '#platform/clients.ts'
import { readServices } from '#platform/env.ts'
import { createStore, type ObjectStore } from '#platform/store.ts'
import { residentBytes } from './processes.ts'

export interface Measured {
  seconds: number
  /** Of the process itself, without those it has started. */
  cpuSeconds: number
  /** Resident bytes of the idle process, and the most while it worked. */
  idleBytes: number
  peakBytes: number
}

/** @param entry a file of this folder that ends with `reportWork` */
export async function measure<Wanted extends object, Told>(
  entry: string,
  wanted: Wanted,
): Promise<Measured & Told> {
  const worker = fork(fileURLToPath(new URL(entry, import.meta.url)), { execArgv: ['--expose-gc'] })
  worker.send(wanted)
  let measured: (Measured & Told) | null = null
  worker.once('message', message => {
    measured = message as Measured & Told
  })
  const [code] = await once(worker, 'exit')
  if (!measured) throw new Error(`${entry} ended with ${code}`)
  return measured
}

/** In the process that is measured. */
export const readWanted = async <Wanted>(): Promise<Wanted> =>
  ((await once(process, 'message')) as [Wanted])[0]

export function storeAt(endpoint: string): ObjectStore {
  const secret = { S3_ACCESS_KEY_ID: 'bench', S3_SECRET_ACCESS_KEY: 'bench' }
  const client = createStoreClient(readServices({ S3_ENDPOINT: endpoint, ...secret }))
  return createStore({ client, bucket: 'media' })
}

/** @param warm makes the process what a worker is that waits: its clients have been used */
export async function reportWork<Told>(
  warm: () => Promise<unknown>,
  work: () => Promise<Told>,
): Promise<void> {
  await warm()
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.()
    await wait(200)
  }
  // proc(5): 5 resets the peak.
  await writeFile('/proc/self/clear_refs', '5')
  const idleBytes = await residentBytes('self', 'VmRSS')
  const began = performance.now()
  const cpu = process.cpuUsage()
  const told = await work()
  const used = process.cpuUsage(cpu)
  const measured: Measured = {
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    ...{ idleBytes, peakBytes: await residentBytes('self', 'VmHWM') },
  }
  process.send?.({ ...measured, ...told })
  process.disconnect()
}

export const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0)
