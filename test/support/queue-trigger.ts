// A queue as the event source of a function, by Lambda's rules: batches of one, deleted unless they come back as failed.
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Pipeline } from './pipeline.ts'

/** As the stacks set it for the queue: six times the function's timeout. */
export const queueSeconds = 600

type Handler = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>

export const contextOf = (seconds = 900) => ({ getRemainingTimeInMillis: () => seconds * 1000 })

export const eventOf = ({ MessageId, ReceiptHandle, Body, Attributes }: Message): SQSEvent => ({
  Records: [
    {
      messageId: MessageId ?? '',
      receiptHandle: ReceiptHandle ?? '',
      body: Body ?? '',
      attributes: Attributes as SQSEvent['Records'][number]['attributes'],
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:fast',
      awsRegion: 'us-east-1',
    },
  ],
})

export function createQueueTrigger({ sqs, urls }: Pipeline, handler: Handler) {
  const QueueUrl = urls.fast

  async function receive(): Promise<Message | undefined> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        VisibilityTimeout: queueSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    )
    return Messages[0]
  }

  return {
    receive,
    /** The next message through the function; null when there is none. */
    async deliver(remainingSeconds?: number): Promise<'deleted' | 'kept' | null> {
      const message = await receive()
      if (!message) return null
      const answer = await handler(eventOf(message), contextOf(remainingSeconds))
      const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
      if (failed.includes(message.MessageId ?? '')) return 'kept'
      if (failed.length > 0) throw new Error(`reported as failed: ${failed}`)
      const { ReceiptHandle } = message
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      return 'deleted'
    },
  }
}
