import { createCassandra } from '@chat-battle/service/cassandra'
import { createKafka } from '@chat-battle/service/kafka'
import type { Logger } from '@chat-battle/service/logger'
import { createRegistry, serveMetrics } from '@chat-battle/service/metrics'
import { createPoisonKeeper } from '@chat-battle/service/poison'
import { startArchive } from './archive/archive.ts'
import type { ProcessorConfig } from './config.ts'
import { startStatistics } from './statistics/statistics.ts'

/** Starts the statistics and, beside them and independent of them, the archive. */
export async function startProcessor(config: ProcessorConfig, logger: Logger): Promise<AsyncDisposable> {
  const onFatal = (error: Error) => {
    throw error
  }
  const registry = createRegistry()
  const kafka = createKafka('processor', config, logger)
  const poison = await createPoisonKeeper(kafka, { settings: config, logger, registry, reader: 'processor' })
  const statistics = await startStatistics({
    kafka,
    settings: config,
    logger: logger.child({ part: 'statistics' }),
    registry,
    poison,
    sessionTimeoutMs: config.PROCESSOR_SESSION_MS,
    onFatal,
  })
  const archive = await startArchive({
    kafka,
    settings: config,
    cassandra: createCassandra(config),
    logger: logger.child({ part: 'archive' }),
    registry,
    poison,
    isOthersTurn: statistics.isBehind,
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
      await poison[Symbol.asyncDispose]()
      await metrics[Symbol.asyncDispose]()
    },
  }
}
