// Which handler does which kind of task.
import type { Completion } from '#platform/tasks.ts'
import { audio } from './audio.ts'
import { convert } from './convert.ts'
import { copy } from './copy.ts'
import { encode } from './encode.ts'
import { finish } from './finish.ts'
import { importSource } from './import.ts'
import { inspect } from './inspect.ts'
import { mp4 } from './mp4.ts'
import { pictures } from './pictures.ts'
import type { HandedOver, TaskRun, WorkerDeps } from './worker.ts'

/** `sweep` has no record to claim and is done before this. */
export function handle(deps: WorkerDeps, run: TaskRun): Promise<Completion | HandedOver> {
  const { task, ...rest } = run
  switch (task.kind) {
    case 'import':
      return importSource(deps, { ...rest, task })
    case 'inspect':
      return inspect(deps, { ...rest, task })
    case 'encode':
      return encode(deps, { ...rest, task })
    case 'copy':
      return copy(deps, { ...rest, task })
    case 'audio':
      return audio(deps, { ...rest, task })
    case 'convert':
      return convert(deps, { ...rest, task })
    case 'pictures':
      return pictures(deps, { ...rest, task })
    case 'finish':
      return finish(deps, { ...rest, task })
    case 'mp4':
      return mp4(deps, { ...rest, task })
    case 'sweep':
      return Promise.reject(new RangeError('a sweep is not claimed'))
  }
}
