// Why a file on the person's disk could not be read, by what the browser threw.
import { Problem } from '../api/problem.ts'

/** File API §6.3: NotFoundError when the file is gone, NotReadableError when it changed since it was chosen or may not be read. */
export function readTrouble(thrown: unknown): Problem {
  const gone = thrown instanceof DOMException && thrown.name === 'NotFoundError'
  return new Problem(gone ? 'file-gone' : 'file-changed')
}
