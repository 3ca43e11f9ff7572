// Breaks a long piece of work in two: what waits for the page meanwhile, a tap or a frame, comes first.

interface Scheduler {
  yield?(): Promise<void>
}

/** `scheduler.yield` where there is one (no Safari yet): what is broken off goes on before other work that waits. */
export function yieldToMain(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: Scheduler }
  return scheduler?.yield?.() ?? new Promise(resolve => setTimeout(resolve))
}
