import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { createKafka } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { createRegistry, serveMetrics } from '@chat-battle/runtime/process/metrics'
import { createDeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { startArchive } from './archive/archive.ts'
import type { ProcessorConfig } from './config.ts'
import { startStatistics } from './partition/partitions.ts'

/** Starts the statistics and, beside them and independent of them, the archive. */
export async function startProcessor(config: ProcessorConfig, logger: Logger): Promise<AsyncDisposable> {
  const onFatal = (error: Error) => {
    throw error
  }
  const registry = createRegistry()
  const kafka = createKafka('processor', config, logger)
  const deadLetters = await createDeadLetters(kafka, {
    settings: config,
    logger,
    registry,
    reader: 'processor',
  })
  const statistics = await startStatistics({
    kafka,
    settings: config,
    logger: logger.child({ part: 'statistics' }),
    registry,
    deadLetters,
    sessionTimeoutMs: config.PROCESSOR_SESSION_MS,
    onFatal,
  })
  const archive = await startArchive({
    kafka,
    settings: config,
    cassandra: createCassandra(config),
    logger: logger.child({ part: 'archive' }),
    registry,
    deadLetters,
    shouldYield: statistics.isBehind,
    onFatal,
  })
  const metrics = await serveMetrics(registry, {
    host: config.HOST,
    port: config.PROCESSOR_METRICS_PORT,
    operatorToken: config.OPERATOR_TOKEN,
    isHealthy: statistics.isHealthy,
  })
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([statistics[Symbol.asyncDispose](), archive[Symbol.asyncDispose]()])
      await deadLetters[Symbol.asyncDispose]()
      await metrics[Symbol.asyncDispose]()
    },
  }
}
