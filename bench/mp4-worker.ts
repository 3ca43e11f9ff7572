// The process that benchMp4 measures: the worker's own task for the MP4, with the records of a long film in its hands.
import { silentLog } from '#platform/log.ts'
import { mp4 } from '../transcoder/mp4.ts'
import type { WorkerDeps } from '../transcoder/worker.ts'
import { readWanted, reportWork, storeAt } from './measured.ts'
import type { WantedMp4 } from './mp4.ts'

const { endpoint, plan, ...wanted } = await readWanted<WantedMp4>()
const media = storeAt(endpoint)
const chunks = new Map(wanted.chunks)
const deps = {
  ...{ media, log: silentLog, maxMp4Bytes: Number.POSITIVE_INFINITY },
  plans: { read: async () => plan },
  chunks: { list: async (_video: string, _attempt: number, track: string) => chunks.get(track) },
} as unknown as WorkerDeps
const { videoId, attempt } = plan

await reportWork(
  () => media.head('nothing'),
  async () => {
    await mp4(deps, {
      ...{ task: { kind: 'mp4', videoId, attempt }, nonce: '', isFirst: true, log: silentLog },
      ...{ signal: new AbortController().signal, progress() {}, mark() {}, spent() {} },
    })
  },
)
