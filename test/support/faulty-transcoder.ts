// The transcoder's own program, killed by itself with SIGKILL the first time it comes to each of FAULTS (`point:task`, with a
// comma between them; a task by the beginning of its id). The files in FAULT_MARKS remember which have happened. SENDS_AHEAD: as on the
// fast lane.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { taskId } from '#domain/task.ts'
import { main } from '../../transcoder/main.ts'

const { FAULTS = '', FAULT_MARKS = '', SENDS_AHEAD = '' } = process.env
const faults = FAULTS.split(',').map(name => ({ name, at: name.split(':') }))

/** Whether it is the first time, in this process and all before it. */
function mark(name: string): boolean {
  try {
    writeFileSync(join(FAULT_MARKS, name), '', { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

await main({
  sendsAhead: SENDS_AHEAD !== '',
  async fault(point, task) {
    const id = taskId(task)
    const due = faults.filter(
      ({ at: [where, what = ''] }) => where === point && id.startsWith(what),
    )
    if (!due.some(({ name }) => mark(name))) return
    process.kill(process.pid, 'SIGKILL')
    // The signal takes a moment; nothing may happen in it.
    await new Promise(() => undefined)
  },
})
process.exit(0)
