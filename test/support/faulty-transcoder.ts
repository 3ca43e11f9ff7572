// The transcoder's own program, killed by itself with SIGKILL the first time it comes to FAULT_POINT with a task whose id begins
// with FAULT_TASK. FAULT_MARK is the file that remembers that it has happened.
import { writeFileSync } from 'node:fs'
import { taskId } from '#domain/task.ts'
import { main } from '../../transcoder/main.ts'

const { FAULT_POINT, FAULT_TASK = '', FAULT_MARK = '' } = process.env

await main({
  async fault(point, task) {
    if (point !== FAULT_POINT || !taskId(task).startsWith(FAULT_TASK)) return
    try {
      writeFileSync(FAULT_MARK, `${point} ${taskId(task)}`, { flag: 'wx' })
    } catch {
      return
    }
    process.kill(process.pid, 'SIGKILL')
    // The signal takes a moment; nothing may happen in it.
    await new Promise(() => undefined)
  },
})
process.exit(0)
