import { setTimeout as delay } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import type { Logger } from '../process/logger.ts'

const retryDelayMs = 200
/** The broker refuses this client or this kind of request, and refuses the next attempt as well. */
const finalNames = new Set([
  'KafkaJSSASLAuthenticationError',
  'KafkaJSServerDoesNotSupportApiKey',
  'KafkaJSNotImplemented',
])
const finalTypes = /AUTHORIZATION_FAILED|AUTHENTICATION_FAILED|UNSUPPORTED_VERSION/

/**
 * Whether a retry cannot succeed. kafkajs 2.2.4 marks errors as not retriable that end when the broker is back (`src/errors.js`).
 * Errors of other origin are final.
 */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof kafkajs.KafkaJSError)) return true
  const { cause, name } = error
  if (cause instanceof Error) return isFinal(cause)
  const type = 'type' in error ? String(error.type) : ''
  // kafkajs uses exactly this name for wrong arguments.
  return finalNames.has(name) || finalTypes.test(type) || name === 'KafkaJSNonRetriableError'
}

/** Retries `act` for as long as Kafka is away; rejects with errors that a retry cannot resolve. */
export async function persistently<T>(what: string, logger: Logger, act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (isFinal(error)) throw error
      logger.warn({ err: error }, `${what} failed, retrying`)
      await delay(retryDelayMs)
    }
  }
}
