import { createCassandra, messageTtlS } from '@chat-battle/runtime/cassandra/client'
import { createKafka } from '@chat-battle/runtime/kafka/client'
import { createDeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { createRegistry, serveMetrics } from '@chat-battle/runtime/process/metrics'
import { ClosedTogether, startOwned } from '@chat-battle/runtime/process/owned'
import { followOptOuts } from '@chat-battle/runtime/kafka/opt-outs'
import { personHashOf } from '@chat-battle/runtime/process/person-hash'
import { startArchive } from './archive/archive.ts'
import type { ProcessorConfig } from './config.ts'
import { startOptOutJobs } from './opt-outs/opt-out-jobs.ts'
import { startStatistics } from './partition/statistics.ts'

export interface ProcessorOverrides {
  /** How long the removal of people who opted out waits for the other processes. */
  optOutSettleMs?: number
}

/** Starts the statistics and the archive. Each works while the other waits for its server. */
export function startProcessor(
  config: ProcessorConfig,
  logger: Logger,
  { optOutSettleMs }: ProcessorOverrides = {},
): Promise<AsyncDisposable> {
  const onFatal = (error: Error) => {
    throw error
  }
  return startOwned(async (owned) => {
    const registry = createRegistry()
    const kafka = createKafka('processor', config, logger)
    const deadLetters = owned.use(
      await createDeadLetters(kafka, { settings: config, logger, registry, reader: 'processor' }),
    )
    const hash = personHashOf(config)
    // Before anything is read: an input that is read again has people who opted out later.
    const { optOuts } = owned.use(await followOptOuts(kafka, { settings: config, logger, deadLetters, hash }))
    const shared = { kafka, settings: config, registry, deadLetters, optOuts, onFatal }
    // Together: the archive's end may wait for Cassandra, and must not keep the statistics from writing their state.
    const readers = owned.use(new ClosedTogether())
    const statistics = readers.use(
      await startStatistics({
        ...shared,
        keepsTexts: messageTtlS(config) !== undefined,
        logger: logger.child({ part: 'statistics' }),
        sessionTimeoutMs: config.PROCESSOR_SESSION_MS,
      }),
    )
    readers.use(
      await startArchive({
        ...shared,
        cassandra: createCassandra(config),
        messageTtlS: messageTtlS(config),
        hash,
        logger: logger.child({ part: 'archive' }),
        shouldYield: statistics.isBehind,
      }),
    )
    readers.use(
      await startOptOutJobs({
        ...shared,
        hash,
        settleMs: optOutSettleMs,
        cassandra: createCassandra(config),
        logger: logger.child({ part: 'opt-outs' }),
      }),
    )
    owned.use(
      await serveMetrics(registry, {
        host: config.HOST,
        port: config.PROCESSOR_METRICS_PORT,
        operatorToken: config.OPERATOR_TOKEN,
        isHealthy: statistics.isHealthy,
      }),
    )
    return {}
  })
}
