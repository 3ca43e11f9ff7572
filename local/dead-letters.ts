// Hands what has ended in the dead-letter queues to the function that buries it, and takes it from the queue after.
import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'

export interface DeadLetterOptions {
  sqs: SQSClient
  queueUrl: string
  bury: (body: string) => Promise<unknown>
  /** How long one look waits for a message; SQS's most. */
  waitSeconds?: number
}

/** One look. Rejects when a message could not be buried: it then comes again. */
export async function takeDeadLetters(
  { sqs, queueUrl: QueueUrl, bury, waitSeconds = 20 }: DeadLetterOptions,
  abortSignal: AbortSignal,
): Promise<number> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds }),
    { abortSignal },
  )
  for (const { Body = '', ReceiptHandle } of Messages) {
    await bury(Body)
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  }
  return Messages.length
}
