import { setTimeout as delay } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import type { Logger } from '../process/logger.ts'

const retryDelayMs = 200
/** The broker does not take this client, or not for this: it says the same to the next attempt. */
const finalNames = new Set([
  'KafkaJSSASLAuthenticationError',
  'KafkaJSServerDoesNotSupportApiKey',
  'KafkaJSNotImplemented',
])
const finalTypes = /AUTHORIZATION_FAILED|AUTHENTICATION_FAILED|UNSUPPORTED_VERSION/

/** Whether no retry mends an error. kafkajs calls errors final that end with the broker's absence; those of others always are. */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof kafkajs.KafkaJSError)) return true
  const { cause, name } = error
  if (cause instanceof Error) return isFinal(cause)
  const type = 'type' in error ? String(error.type) : ''
  // By this name kafkajs refuses a call that is wrong in itself.
  return finalNames.has(name) || finalTypes.test(type) || name === 'KafkaJSNonRetriableError'
}

/** Tries what needs Kafka again for as long as it is away; rejects only for what no retry mends. */
export async function persistently<T>(what: string, logger: Logger, act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (isFinal(error)) throw error
      logger.warn({ err: error }, `${what} failed; trying again`)
      await delay(retryDelayMs)
    }
  }
}
