import { pino, type Logger } from 'pino'

export type { Logger }

/** What may wait while standard output takes nothing, as a file on a full disk; later lines are dropped. */
const maxWaitingBytes = 1024 * 1024

/** A service's logger: JSON lines on standard output, secrets never among them. */
export function createLogger(service: string, level: string): Logger {
  const output = pino.destination({ dest: 1, sync: true, maxLength: maxWaitingBytes })
  // Lines that could not be written wait for the next. Without a listener the error would end the process.
  output.on('error', () => undefined)
  return pino(
    {
      name: service,
      level,
      base: { pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['req.headers.authorization', 'req.headers.cookie'],
    },
    output,
  )
}
