// `npm run cost`: what a month of uploads and viewers costs, line by line, and what others would ask for it.
import { help, readOptions } from './options.ts'
import { report } from './report.ts'

try {
  const asked = readOptions(process.argv.slice(2))
  process.stdout.write(asked ? `${report(asked.workload, asked.explain)}\n` : help)
} catch (thrown) {
  if (!(thrown instanceof TypeError || thrown instanceof RangeError)) throw thrown
  process.stderr.write(`${thrown.message}\n\n${help}`)
  process.exitCode = 1
}
