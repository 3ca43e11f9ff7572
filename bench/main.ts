// `npm run bench -- <name>`: measurements a person can run; each prints its table. Never part of `npm test`.
import { parseArgs } from 'node:util'
import { benchUpload } from './big-upload.ts'
import { benchFirstFrame } from './first-frame.ts'
import { benchLadder } from './ladder.ts'
import { benchQuality } from './quality.ts'
import { benchScaling } from './scaling.ts'

const help = `npm run bench -- <name> [options]
  first-frame   from "upload complete" to the first frame in Chromium, with each step
                --runs 10  --seconds 300 (the long film beside it)  --watch (both films to their ends)
  ladder        CPU and wall time of a whole ladder, beside plain FFmpeg
                --runs 1  --seconds 60  --height 1080
  upload        a large file through the portal: tab killed and resumed, rate beside plain PUTs
                --runs 3  --megabytes 600
  quality       VMAF of every rung, beside one run over the whole film, and at the joints of chunks
                --seconds 40  --height 720
  scaling       the transcoders' service under its scaling rules, simulated: uploads in, transcoders and dollars out
  all films     --clip FILE (a film of your own to loop; without it, moving test pictures)
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clip: { type: 'string' },
    runs: { type: 'string' },
    seconds: { type: 'string' },
    height: { type: 'string' },
    megabytes: { type: 'string' },
    watch: { type: 'boolean', default: false },
  },
})

const count = (text: string | undefined, otherwise: number) => {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`"${text}" is not a whole number above 0`)
  return value
}

switch (positionals[0]) {
  case 'first-frame':
    await benchFirstFrame({
      clip: values.clip,
      runs: count(values.runs, 10),
      seconds: count(values.seconds, 300),
      watch: values.watch,
    })
    break
  case 'ladder':
    await benchLadder({
      clip: values.clip,
      runs: count(values.runs, 1),
      seconds: count(values.seconds, 60),
      height: count(values.height, 1080),
    })
    break
  case 'upload':
    await benchUpload({ megabytes: count(values.megabytes, 600), runs: count(values.runs, 3) })
    break
  case 'quality':
    await benchQuality({
      clip: values.clip,
      seconds: count(values.seconds, 40),
      height: count(values.height, 720),
    })
    break
  case 'scaling':
    benchScaling()
    break
  default:
    process.stdout.write(help)
    process.exitCode = positionals[0] === undefined ? 0 : 1
}
