// The closed list of what can go wrong, and the one error class that carries it. Every room throws and reads these codes;
// HTTP statuses stand beside each app's onError, never here.
import type { ErrorCode as Code } from './error-codes.ts'
import type { ImportReason } from './import-reasons.ts'

/** What each code means to the person who reads it. `final`: trying the same work again cannot help. */
export const errorFacts = {
  'bad-request': { final: true, message: 'The request is not what this address expects.' },
  'not-found': { final: true, message: 'There is nothing at this address.' },
  'sign-in-failed': { final: true, message: 'The address or the password is wrong.' },
  'second-factor-needed': {
    final: true,
    message: 'Send the code of your authenticator app, too, or one of your recovery codes.',
  },
  'second-factor-wrong': {
    final: true,
    message: 'The code is wrong, or it was used already. Wait for the next one.',
  },
  'account-refused': {
    final: true,
    message:
      'The account cannot be made: the link is wrong, used up, has ended or is for another address, or the address has an account already.',
  },
  'registration-closed': {
    final: true,
    message: 'Only people who are invited can make an account here.',
  },
  'password-weak': {
    final: true,
    message: 'The password is too short, or one of those that are guessed first. Choose another.',
  },
  'origin-refused': { final: true, message: 'The request comes from a page of another site.' },
  'too-many-requests': { final: false, message: 'Too many requests. Wait a little.' },
  'quota-reached': {
    final: true,
    message:
      'Your account has not enough room left. Delete something, or ask whoever runs this installation.',
  },
  'too-many-unfinished': {
    final: true,
    message:
      'Too many of your videos are still on their way. Wait until some have arrived, or cancel some.',
  },
  'call-reused': {
    final: true,
    message: 'The Idempotency-Key was used for another request before. Make a new one.',
  },
  'not-signed-in': { final: true, message: 'Sign in to do this.' },
  forbidden: { final: true, message: 'Your account, or this key, may not do this.' },
  'video-not-found': { final: true, message: 'There is no such video.' },
  'upload-not-found': { final: true, message: 'There is no such unfinished upload.' },
  'upload-incomplete': {
    final: true,
    message: 'Some parts of the file have not arrived yet. Send them, then complete again.',
  },
  'part-wrong-size': {
    final: true,
    message: 'A part of the file has another size than planned. Send that part again.',
  },
  'state-conflict': {
    final: true,
    message: 'The video is not in a state that allows this.',
  },
  'list-too-long': {
    final: true,
    message:
      'There are too many videos to sort them in this way. Sort them by date, and search among them.',
  },
  'not-playable': { final: true, message: 'The video cannot be played yet.' },
  'source-empty': { final: true, message: 'The file is empty. Choose another file.' },
  'source-too-large': {
    final: true,
    message: 'The file is larger than the limit of this installation.',
  },
  'source-not-media': {
    final: true,
    message: 'The file is not a video this installation can read.',
  },
  'source-is-playlist': {
    final: true,
    message: 'The file is a playlist or a script, not a video. Upload the video file itself.',
  },
  'source-unreadable': {
    final: true,
    message: 'The file is damaged: its video could not be read. Export or copy it again.',
  },
  'source-truncated': {
    final: true,
    message: 'The file is incomplete: it ends before its video does. Export or copy it again.',
  },
  'source-changed': {
    final: true,
    message: 'The file changed while it was being processed. Upload it again.',
  },
  'source-gone': {
    final: true,
    message: 'The uploaded file is no longer kept, so the video cannot be made again from it.',
  },
  'no-video': {
    final: true,
    message: 'The file has neither picture nor sound. Upload a video or a recording.',
  },
  'unsupported-codec': {
    final: true,
    message: 'The file is in a format this installation cannot decode.',
  },
  'unsupported-source': {
    final: true,
    message: 'The video has a form that cannot be processed correctly yet.',
  },
  'import-refused': { final: true, message: 'The link cannot be fetched.' },
  'import-unreachable': { final: false, message: 'The website of the link did not answer.' },
  'too-long': { final: true, message: 'The video is longer than the limit of this installation.' },
  'picture-too-large': {
    final: true,
    message: 'The picture has more pixels than the limit of this installation.',
  },
  'rate-too-high': {
    final: true,
    message: 'The video has more frames a second than the limit of this installation.',
  },
  'too-many-streams': { final: true, message: 'The file has more tracks than the limit allows.' },
  'probe-timeout': { final: false, message: 'Reading the file took too long.' },
  'encode-failed': { final: false, message: 'A part of the video could not be encoded.' },
  'check-failed': { final: false, message: 'A part of the encoded video did not pass its check.' },
  'output-faulty': { final: true, message: 'The finished video did not pass its last check.' },
  'conversion-failed': {
    final: true,
    message: 'The video service could not convert the file. Export it as MP4 and upload it again.',
  },
  'conversion-refused': {
    final: true,
    message:
      'The video service may not use the files of this installation. Tell whoever operates it.',
  },
  'engine-unavailable': { final: false, message: 'The video service did not answer.' },
  'processing-failed': {
    final: true,
    message: 'The video could not be processed. Try to upload it again.',
  },
  'lease-lost': { final: false, message: 'Another worker has taken this task over.' },
  'lease-held': { final: false, message: 'Another worker holds this task for the moment.' },
  cancelled: { final: false, message: 'The work was stopped and will go on elsewhere.' },
  'message-unreadable': { final: true, message: 'A task message is not of a known form.' },
  'record-unreadable': { final: true, message: 'A stored record is not of a known form.' },
  'configuration-wrong': { final: true, message: 'The configuration of this process is wrong.' },
  'store-unavailable': { final: false, message: 'The object store did not answer.' },
  'table-unavailable': { final: false, message: 'The table did not answer.' },
  'queue-unavailable': { final: false, message: 'The queue did not answer.' },
  'too-busy': { final: false, message: 'Too much is asked of this installation. Try again soon.' },
  internal: { final: false, message: 'Something went wrong on our side. Try again.' },
} as const satisfies Record<Code, { final: boolean; message: string }>

export type ErrorCode = Code

/**
 * The only error class of the project. `message` is a sentence for a person; `detail` is for the log alone and never sent
 * to a client. `retryable` follows from the code: whoever catches it decides by that, never by text.
 */
export class MillraceError extends Error {
  override readonly name = 'MillraceError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly detail: string | undefined
  /** Of `import-refused` alone: why. */
  readonly reason: ImportReason | undefined

  constructor(
    code: ErrorCode,
    options: { message?: string; detail?: string; cause?: unknown; reason?: ImportReason } = {},
  ) {
    super(
      options.message ?? errorFacts[code].message,
      options.cause === undefined ? {} : { cause: options.cause },
    )
    this.code = code
    this.retryable = !errorFacts[code].final
    this.detail = options.detail
    this.reason = options.reason
  }
}

/** Anything thrown, as a MillraceError: an unknown error becomes `internal` (retryable) and keeps its cause. */
export function toMillraceError(thrown: unknown): MillraceError {
  if (thrown instanceof MillraceError) return thrown
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return new MillraceError('internal', { cause: thrown, detail })
}
