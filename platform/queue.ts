// The two task queues: send, receive, hide, remove. Bodies are read with `readTask`; an unreadable one is handed on as such,
// never cast. Faults are `queue-unavailable`.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import { type QueueName, queueOf, readTask, type Task, writeTask } from '#domain/task.ts'

export interface TaskMessage {
  queue: QueueName
  receipt: string
  /** How often it has been received, this time included. */
  receives: number
  task: Task | MillraceError
}

export interface TaskQueue {
  /** To the queue its kind belongs to. */
  send(task: Task): Promise<void>
  /** In the order given, ten a call. */
  sendAll(tasks: readonly Task[]): Promise<void>
  receive(
    queue: QueueName,
    options: { max: number; waitSeconds: number; signal?: AbortSignal },
  ): Promise<TaskMessage[]>
  hide(message: TaskMessage, seconds: number): Promise<void>
  remove(message: TaskMessage): Promise<void>
  /** About how many messages wait and how many are being worked on. */
  depth(queue: QueueName): Promise<{ waiting: number; running: number }>
  /** About how many have ended in its dead-letter queue and lie there still; null where that is not known here. */
  deadLetters(queue: QueueName): Promise<number | null>
}

/**
 * A fair queue serves the groups that few workers are busy with first: a film does not keep a clip waiting. A task knows its
 * video and not its owner, so one owner's videos are fair to each other too.
 */
const bodyOf = (task: Task) => ({ MessageBody: writeTask(task), MessageGroupId: task.videoId })

/** SQS: «SendMessageBatch … up to 10 messages», «MaxNumberOfMessages … 1 to 10». */
export const maxBatch = 10

function queueError(cause: unknown): MillraceError {
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new MillraceError('queue-unavailable', { cause, detail })
}

function readBody(body: string): Task | MillraceError {
  try {
    return readTask(body)
  } catch (thrown) {
    return toMillraceError(thrown)
  }
}

/** A message as a queue hands it out: its body is read, or handed on as the refusal. */
export function toTaskMessage(
  queue: QueueName,
  { receipt, receives, body }: { receipt: string; receives: string | undefined; body: string },
): TaskMessage {
  return { queue, receipt, receives: Number(receives ?? 1), task: readBody(body) }
}

export function createTaskQueue(deps: {
  client: SQSClient
  urls: Record<QueueName, string>
  /** Of the dead-letter queues, for whoever counts what lies there. */
  deadLetterUrls?: Record<QueueName, string> | undefined
  /** How long a received message hides; without it, as the queue is set. */
  leaseSeconds?: number
}): TaskQueue {
  const { client, urls, deadLetterUrls, leaseSeconds } = deps

  const guarded = <T>(call: Promise<T>): Promise<T> =>
    call.catch(thrown => {
      throw queueError(thrown)
    })

  async function countMessages(QueueUrl: string) {
    const AttributeNames = [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
    ] as const
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] })
    const { Attributes } = await guarded(client.send(command))
    const [waiting = 0, running = 0] = AttributeNames.map(name => Number(Attributes?.[name] ?? 0))
    return { waiting, running }
  }

  return {
    async send(task) {
      await guarded(
        client.send(new SendMessageCommand({ QueueUrl: urls[queueOf(task)], ...bodyOf(task) })),
      )
    },
    async sendAll(tasks) {
      for (const queue of ['fast', 'bulk'] as const) {
        const mine = tasks.filter(task => queueOf(task) === queue)
        for (let i = 0; i < mine.length; i += maxBatch) {
          const Entries = mine
            .slice(i, i + maxBatch)
            .map((task, index) => ({ Id: String(index), ...bodyOf(task) }))
          const answer = await guarded(
            client.send(new SendMessageBatchCommand({ QueueUrl: urls[queue], Entries })),
          )
          const [failed] = answer.Failed ?? []
          if (failed) throw queueError(new Error(`${failed.Code}: ${failed.Message}`))
        }
      }
    },
    async receive(queue, { max, waitSeconds, signal }) {
      const answer = await guarded(
        client.send(
          new ReceiveMessageCommand({
            QueueUrl: urls[queue],
            MaxNumberOfMessages: Math.min(max, maxBatch),
            WaitTimeSeconds: waitSeconds,
            ...(leaseSeconds === undefined ? {} : { VisibilityTimeout: leaseSeconds }),
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          }),
          signal ? { abortSignal: signal } : {},
        ),
      )
      return (answer.Messages ?? []).map(({ Body = '', ReceiptHandle = '', Attributes }) =>
        toTaskMessage(queue, {
          receipt: ReceiptHandle,
          receives: Attributes?.['ApproximateReceiveCount'],
          body: Body,
        }),
      )
    },
    async hide({ queue, receipt }, seconds) {
      await guarded(
        client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: urls[queue],
            ReceiptHandle: receipt,
            VisibilityTimeout: seconds,
          }),
        ),
      )
    },
    async remove({ queue, receipt }) {
      await guarded(
        client.send(new DeleteMessageCommand({ QueueUrl: urls[queue], ReceiptHandle: receipt })),
      )
    },
    async depth(queue) {
      const { waiting, running } = await countMessages(urls[queue])
      return { waiting, running }
    },
    async deadLetters(queue) {
      if (!deadLetterUrls) return null
      const { waiting, running } = await countMessages(deadLetterUrls[queue])
      return waiting + running
    },
  }
}
