// The process that benchImport measures: the worker's own task for an import, with the record of its video in its hands.
import type { Meta } from '#domain/item.ts'
import { createStoreClient } from '#platform/clients.ts'
import { readServices } from '#platform/env.ts'
import { silentLog } from '#platform/log.ts'
import { createMultipart } from '#platform/multipart.ts'
import { fetchFrom, filmUrl } from '../test/support/website.ts'
import { importSource } from '../transcoder/import.ts'
import type { WorkerDeps } from '../transcoder/worker.ts'
import type { WantedImport } from './import.ts'
import { readWanted, reportWork, storeAt } from './measured.ts'

const { endpoint, websitePort } = await readWanted<WantedImport>()
const secret = { S3_ACCESS_KEY_ID: 'bench', S3_SECRET_ACCESS_KEY: 'bench' }
const client = createStoreClient(readServices({ S3_ENDPOINT: endpoint, ...secret }))
const source = storeAt(endpoint)
const videoId = 'v_0123456789abcdefghijAB'
const partBytes = 8 * 1024 * 1024
let meta = {
  ...{ videoId, state: 'uploading' },
  source: { key: 'film', sizeBytes: 0, uploadId: '1', partBytes },
  import: { url: filmUrl, receivedBytes: 0 },
} as Meta
const deps = {
  ...{ source, log: silentLog, limits: { maxBytes: 1e12 }, importSilenceSeconds: 30 },
  quotas: null,
  importLeast: { bytes: 0, seconds: 60 },
  multipart: createMultipart({ client, bucket: 'source' }),
  fetchPublic: fetchFrom(websitePort),
  now: () => Date.now() / 1000,
  fault: async () => undefined,
  videos: {
    get: async () => meta,
    async changeUpload(_videoId: string, _uploadId: string, changes: Partial<Meta>) {
      meta = { ...meta, ...changes }
      return true
    },
  },
} as unknown as WorkerDeps

await reportWork(
  () => source.head('nothing'),
  async () => {
    await importSource(deps, {
      ...{ task: { kind: 'import', videoId, attempt: 1, lane: 'fast' }, nonce: '', isFirst: true },
      ...{ log: silentLog, signal: new AbortController().signal },
      ...{ progress() {}, mark() {}, spent() {} },
    })
    return {}
  },
)
