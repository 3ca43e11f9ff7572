// The look at files before they are sent, a few at a time, its code loaded with the first of them.
import type { Problem } from '../api/problem.ts'
import { createGate } from './gate.ts'
import type { MediaFacts } from './job.ts'
import type { SourceFile } from './send-parts.ts'

const filesAtOnce = 4

export function createInspection() {
  const gate = createGate(filesAtOnce)
  const never = new AbortController().signal
  const load = () => import('./inspect.ts')

  return {
    async inspect(file: SourceFile): Promise<Problem | null> {
      const leave = await gate.enter(never)
      try {
        return await (await load()).inspectFile(file)
      } catch {
        // Without the code of the check (no network) nothing is known against the file.
        return null
      } finally {
        leave()
      }
    },
    async readFacts(file: SourceFile): Promise<MediaFacts | null> {
      if (!(file instanceof Blob)) return null
      return load().then(
        code => code.readFacts(file),
        () => null,
      )
    },
  }
}
