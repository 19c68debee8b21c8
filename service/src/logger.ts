import { pino, type Logger } from 'pino'

export type { Logger }

/** A service's logger: JSON lines on standard output, secrets never among them. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    name: service,
    level,
    base: { pid: process.pid },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['req.headers.authorization', 'req.headers.cookie'],
  })
}
