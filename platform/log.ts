// Structured log lines on standard output: one JSON object a line, or short text on a terminal. Never whole events, never
// secrets: callers name each field.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFormat = 'json' | 'text'
export type LogFields = Record<string, string | number | boolean | null | undefined>

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** The same log with fields that stand in every line. */
  with(fields: LogFields): Log
}

export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
export const logFormats: readonly LogFormat[] = ['json', 'text']

export interface LogOptions {
  /** What speaks: `transcoder`, `upload`, … */
  source: string
  level: LogLevel
  format: LogFormat
  write(line: string): void
  now(): Date
}

/** No line breaks and no control characters from a value can forge a line. */
const asText = (value: unknown) => String(value).replace(/\p{Cc}+/gu, ' ')

function textLine(level: LogLevel, source: string, message: string, fields: LogFields): string {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${asText(value)}`)
  const mark = level === 'info' ? '' : `${level.toUpperCase()} `
  return [`[${source}] ${mark}${message}`, ...pairs].join(' ')
}

export function createLog(options: LogOptions, standing: LogFields = {}): Log {
  const smallest = logLevels.indexOf(options.level)
  const speak =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (logLevels.indexOf(level) < smallest) return
      const all = { ...standing, ...fields }
      const line =
        options.format === 'json'
          ? JSON.stringify({
              time: options.now().toISOString(),
              level,
              source: options.source,
              message,
              ...all,
            })
          : textLine(level, options.source, message, all)
      options.write(`${line}\n`)
    }
  return {
    debug: speak('debug'),
    info: speak('info'),
    warn: speak('warn'),
    error: speak('error'),
    with: fields => createLog(options, { ...standing, ...fields }),
  }
}

/** Says nothing: for tests and benches. */
export const silentLog: Log = createLog({
  source: 'silent',
  level: 'error',
  format: 'json',
  write: () => undefined,
  now: () => new Date(0),
})
