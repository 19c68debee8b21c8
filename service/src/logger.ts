import { pino, type DestinationStream, type Logger } from 'pino'
import { censor } from './secrets.ts'

export type { Logger }

export interface LoggerOptions {
  /** Values that no line may hold. Errors of libraries carry URLs, headers and whole requests. */
  secrets?: readonly string[]
  /** Absent: standard output. */
  destination?: DestinationStream
}

/** A service's logger: JSON lines, secrets never among them. */
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
  return destination === undefined ? pino(options) : pino(options, destination)
}
