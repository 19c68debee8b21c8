import { setTimeout as delay } from 'node:timers/promises'
import { isRowAtFault } from '@chat-battle/runtime/cassandra/insert'
import type { Logger } from '@chat-battle/runtime/process/logger'

const firstRetryDelayMs = 100
const maxRetryDelayMs = 5000

export interface RetryOptions {
  logger: Logger
  /** Called when an attempt failed that is repeated. */
  onRetry?: () => void
  /** Called before each retry. If it rejects, the retries end with its error. */
  keepAlive: () => Promise<void>
}

/** Repeats an idempotent act until Cassandra answers. Rejects with what no retry can mend. */
export async function untilAnswered<T>(
  act: () => Promise<T>,
  { logger, onRetry, keepAlive }: RetryOptions,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await act()
    } catch (error) {
      if (isRowAtFault(error)) throw error
      onRetry?.()
      if (attempt === 0) logger.warn({ err: error }, 'Cassandra does not answer, retrying')
    }
    await delay(Math.min(firstRetryDelayMs * 2 ** attempt, maxRetryDelayMs))
    await keepAlive()
  }
}
