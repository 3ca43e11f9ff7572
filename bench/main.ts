// `npm run bench -- <name>`: measurements a person can run; each prints its table. Never part of `npm test`.
import { parseArgs } from 'node:util'
import { benchAccess } from './access.ts'
import { benchBadInput } from './bad-input.ts'
import { benchUpload } from './big-upload.ts'
import { benchChaos } from './chaos.ts'
import { loopedContainers } from './clips.ts'
import { benchCopy } from './copy.ts'
import { benchExact } from './exact.ts'
import { benchFirstFrame } from './first-frame.ts'
import { benchGate } from './gate.ts'
import { benchImport } from './import.ts'
import { benchLadder } from './ladder.ts'
import { benchLibrary } from './library.ts'
import { benchLong } from './long.ts'
import { benchMp4 } from './mp4.ts'
import { benchMutations } from './mutations.ts'
import { benchNetwork } from './network.ts'
import { benchPages } from './pages.ts'
import { benchPictures } from './pictures.ts'
import { benchPlayer } from './player.ts'
import { benchQuality } from './quality.ts'
import { benchScale } from './scale.ts'
import { benchScaling } from './scaling.ts'
import { benchTimeLeft } from './time-left.ts'

const help = `npm run bench -- <name> [options]
  first-frame   from "upload complete" to the first frame in Chromium, with each step
                --runs 10  --seconds 300 (the long film beside it)  --watch (both films to their ends)
                --minutes 10 (instead: a minute over and over, so long, deleted when it was seen; encoded, and by the copy lane)
                --container mkv (or ts: that film in a container without an index, which is never copied)
  ladder        CPU and wall time of a whole ladder, beside plain FFmpeg
                --runs 1  --seconds 60  --height 1080
  player        from the click on a card to the first frame, seeks, other qualities; playback on emulated 4G and 3G
                --runs 30  --seconds 60  --lines (the emulated networks alone)
  upload        a large file through the portal: tab killed and resumed, rate beside plain PUTs
                --runs 4 (an even number)  --megabytes 600 (1024 for a GiB)
  import        a large file fetched by its address: rate beside curl, memory above the idle worker
                --megabytes 1024  --runs 1
  network       uploads on 3G, 4G, with delay and with a network that comes and goes; then cut off at each step by tab, browser, network, server
                --megabytes 300 (at most, each line)  --lines or --kills (one of the two tables)
  bad-input     what a portal meets: strange names, empty and false files, files that vanish, a full store, two tabs, two hundred at once
  quality       VMAF of every rung, beside one run over the whole film, and at the joints of chunks
                --seconds 40  --height 720
  scale         a film through 1 to 1,024 workers, simulated; then through 1 and 2 real ones
                --seconds 60  --simulated (no real ones)  --costs (instead: what the simulation is told)  --runs 2
  scaling       the transcoders' service under its scaling rules, simulated: uploads in, transcoders and dollars out
  chaos         workers killed at random, 5 % of the calls of store and table failing: is the film the same?
                --runs 20  --seconds 14  --seed 1
  mutations     files damaged by chance through the worker's code: how each ends, the slowest, the memory
                --files 500  --seed 1
  exact         every rate in every container: pictures lost, doubled, out of place; sound against picture at both ends
  pages         how soon the pages of the portal are there at a quarter of the processor's speed: LCP, CLS, TBT; what they weigh
                --runs 10  --draw (instead: the pictures of docs/pictures/)
  pictures      poster, storyboard and I-frame playlists of a long film: seconds, requests, bytes read
                --minutes 60
  copy          a film that is already good, with the copy lane and without: first frame, its own size on screen, all ready
                --minutes 10 (above 20: not encoded to the end)
  mp4           the MP4 for download of a long film, by the worker's own writer: seconds, CPU, memory above the idle worker
                --minutes 120  --runs 1
  access        log-ins by the hundred, beside a person who goes on; a thousand event streams; what it costs to ask who somebody is
                --seconds 10
  gate          what the gate at the edge costs a request, in microseconds
                --runs 50000 (requests of each kind)
  library       a library of thousands: the first page, a scroll through all, searches, back from a video; long tasks and frames
                --videos 2000  --runs 10
  long          a long film to its end: first frame, each rung, ready, MP4; memory of the transcoder and of FFmpeg
                --minutes 60  --height 720
  time-left     whether the time left that a person reads while a film is prepared is right
                --seconds 60
  first-frame, ladder, player, quality, pictures, long, time-left and scale --costs also take --clip FILE (a film of your own to loop; without it, moving test pictures)
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clip: { type: 'string' },
    runs: { type: 'string' },
    seconds: { type: 'string' },
    height: { type: 'string' },
    minutes: { type: 'string' },
    container: { type: 'string' },
    megabytes: { type: 'string' },
    files: { type: 'string' },
    videos: { type: 'string' },
    seed: { type: 'string' },
    simulated: { type: 'boolean', default: false },
    costs: { type: 'boolean', default: false },
    lines: { type: 'boolean', default: false },
    kills: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    draw: { type: 'boolean', default: false },
  },
})

const count = (text: string | undefined, otherwise: number) => {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`"${text}" is not a whole number above 0`)
  return value
}

function containerOf(text: string | undefined) {
  const found = loopedContainers.find(name => name === text)
  if (text !== undefined && !found) throw new RangeError(`"${text}" is not mp4, mkv or ts`)
  return found ?? 'mp4'
}

switch (positionals[0]) {
  case 'first-frame':
    await benchFirstFrame({
      clip: values.clip,
      runs: count(values.runs, 10),
      seconds: count(values.seconds, 300),
      watch: values.watch,
      minutes: values.minutes === undefined ? null : count(values.minutes, 10),
      container: containerOf(values.container),
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
  case 'player':
    await benchPlayer({
      clip: values.clip,
      runs: count(values.runs, 30),
      seconds: count(values.seconds, 60),
      linesOnly: values.lines,
    })
    break
  case 'upload':
    await benchUpload({ megabytes: count(values.megabytes, 600), runs: count(values.runs, 4) })
    break
  case 'import':
    await benchImport({ megabytes: count(values.megabytes, 1024), runs: count(values.runs, 1) })
    break
  case 'network':
    await benchNetwork({
      megabytes: count(values.megabytes, 300),
      only: values.lines ? 'lines' : values.kills ? 'kills' : null,
    })
    break
  case 'bad-input':
    await benchBadInput()
    break
  case 'quality':
    await benchQuality({
      clip: values.clip,
      seconds: count(values.seconds, 40),
      height: count(values.height, 720),
    })
    break
  case 'scale':
    await benchScale({
      ...{ seconds: count(values.seconds, 60), runs: count(values.runs, 2) },
      ...{ simulated: values.simulated, costs: values.costs, clip: values.clip },
    })
    break
  case 'gate':
    await benchGate({ requests: count(values.runs, 50_000) })
    break
  case 'access':
    await benchAccess({ seconds: count(values.seconds, 10) })
    break
  case 'scaling':
    benchScaling()
    break
  case 'chaos':
    await benchChaos({
      runs: count(values.runs, 20),
      seconds: count(values.seconds, 14),
      seed: count(values.seed, 1),
    })
    break
  case 'mutations':
    await benchMutations({ files: count(values.files, 500), seed: count(values.seed, 1) })
    break
  case 'exact':
    await benchExact()
    break
  case 'copy':
    await benchCopy({ minutes: count(values.minutes, 10) })
    break
  case 'mp4':
    await benchMp4({ minutes: count(values.minutes, 120), runs: count(values.runs, 1) })
    break
  case 'library':
    await benchLibrary({ videos: count(values.videos, 2_000), runs: count(values.runs, 10) })
    break
  case 'time-left':
    await benchTimeLeft({ clip: values.clip, seconds: count(values.seconds, 60) })
    break
  case 'pages':
    await benchPages({ runs: count(values.runs, 10), draw: values.draw })
    break
  case 'pictures':
    await benchPictures({ clip: values.clip, minutes: count(values.minutes, 60) })
    break
  case 'long':
    await benchLong({
      clip: values.clip,
      minutes: count(values.minutes, 60),
      height: count(values.height, 720),
    })
    break
  default:
    process.stdout.write(help)
    process.exitCode = positionals[0] === undefined ? 0 : 1
}
