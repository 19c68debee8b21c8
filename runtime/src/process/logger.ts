import { pino, type DestinationStream, type Logger } from 'pino'
import { censor } from './secrets.ts'

export type { Logger }

/** Bytes that may wait while standard output cannot be written, as on a full disk; later lines are dropped. */
const maxWaitingBytes = 1024 * 1024

export interface LoggerOptions {
  /** Values that no line may contain. Errors of libraries contain URLs, headers and whole requests. */
  secrets?: readonly string[]
  /** Absent: standard output. */
  destination?: DestinationStream
}

/** A service's logger: JSON lines without secrets. */
export function createLogger(
  service: string,
  level: string,
  { secrets = [], destination }: LoggerOptions = {},
): Logger {
  const options = {
    name: service,
    level,
    base: { pid: process.pid },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['req.headers.authorization', 'req.headers.cookie'],
    hooks: { streamWrite: (line: string) => censor(line, secrets) },
  }
  return pino(options, destination ?? standardOutput())
}

/** Lines that could not be written wait for the next one. Without a listener for `error` the process would end. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, maxLength: maxWaitingBytes })
  output.on('error', () => undefined)
  return output
}
