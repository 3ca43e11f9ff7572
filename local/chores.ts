// What timers and queues start on AWS, as loops of this process: the reaper, the dead-letter queues, arrivals in the store.
import { reapEverySeconds } from '#domain/timing.ts'
import { soleOwnerId } from '#platform/identity.ts'
import type { Log } from '#platform/log.ts'
import { bury } from '../functions/dead-letter/dead-letter.ts'
import { takeIn } from '../functions/intake/intake.ts'
import { reap } from '../functions/reaper/reap.ts'
import { openArrivals } from './arrivals.ts'
import { takeDeadLetters } from './dead-letters.ts'
import { type Repeated, repeat } from './repeat.ts'
import type { Clients, Rooms } from './rooms.ts'

export interface ChoresOptions {
  rooms: Rooms
  clients: Clients
  queues: { fastDeadLetterUrl: string; bulkDeadLetterUrl: string }
  stateFolder: string
  log: Log
}

/** One list call each time. */
const lookEverySeconds = 5

export async function startChores(options: ChoresOptions): Promise<Repeated> {
  const { rooms, clients, queues, stateFolder, log } = options
  const { s3, sqs } = clients
  const arrivals = await openArrivals({
    s3,
    bucket: rooms.source.bucket,
    folder: stateFolder,
    takeIn: arrival => takeIn({ ...rooms, dropOwnerId: soleOwnerId }, arrival),
  })
  let lookedAtUploads = false
  const lookAround = async () => {
    if (!lookedAtUploads) {
      await arrivals.lookAtUploads(async videoId => (await rooms.videos.get(videoId)) !== null)
      lookedAtUploads = true
    }
    await arrivals.look()
  }
  const chores = [
    repeat({ name: 'the reaper', everySeconds: reapEverySeconds, log }, () => reap(rooms)),
    repeat({ name: 'looking for arrivals', everySeconds: lookEverySeconds, log }, lookAround),
    ...[queues.fastDeadLetterUrl, queues.bulkDeadLetterUrl].map(queueUrl =>
      repeat({ name: 'the dead-letter queue', everySeconds: 0, log }, signal =>
        takeDeadLetters({ sqs, queueUrl, bury: body => bury(rooms, body) }, signal),
      ),
    ),
  ]
  return {
    async stop() {
      await Promise.all(chores.map(chore => chore.stop()))
    },
  }
}
