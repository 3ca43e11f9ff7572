// The steps of a rehearsal as lines: each with its time and what it found, as they end.

export interface Steps {
  /** Runs it; a text it returns stands in its line. @throws Error that begins with the step's name */
  run<T>(name: string, work: () => Promise<T>): Promise<T>
  summary(): string
}

export function createSteps(say: (line: string) => void): Steps {
  const begun = performance.now()
  let done = 0
  const seconds = (from: number) => `${((performance.now() - from) / 1000).toFixed(1)} s`
  const line = (mark: string, time: string, text: string) => `${mark} ${time.padStart(8)}  ${text}`
  return {
    async run(name, work) {
      const from = performance.now()
      try {
        const result = await work()
        const found = typeof result === 'string' ? `: ${result}` : ''
        say(line('✓', seconds(from), `${name}${found}`))
        done += 1
        return result
      } catch (thrown) {
        say(line('✗', seconds(from), name))
        const why = thrown instanceof Error ? thrown.message : String(thrown)
        throw new Error(`${name}: ${why}`, { cause: thrown })
      }
    },
    summary: () => `${done} steps in ${seconds(begun)}`,
  }
}
