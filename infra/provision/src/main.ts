import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { cassandraSettings } from '@chat-battle/runtime/cassandra/client'
import { createKafka, kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { configured } from '@chat-battle/runtime/process/run'
import { secretsOf } from '@chat-battle/runtime/process/secrets'
import { logLevel, readSettings, whole } from '@chat-battle/runtime/process/settings'
import { provisionCassandra, provisionKafka, ProvisionError, singleCopy } from './provision.ts'

const withinMs = 120_000

const config = configured(() =>
  readSettings(
    {
      ...kafkaSettings,
      ...cassandraSettings,
      LOG_LEVEL: logLevel,
      KAFKA_REPLICATION: whole(1, 1000).default(1),
      CASSANDRA_REPLICATION: z.string().optional(),
    },
    process.env,
  ),
)
const logger = createLogger('provision', config.LOG_LEVEL, { secrets: secretsOf(config) })

/** Tries until it succeeds: the other side may still be starting. */
async function persistently(what: string, act: () => Promise<void>): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    try {
      await act()
      return logger.info(`${what} provisioned`)
    } catch (error) {
      if (error instanceof ProvisionError || performance.now() > deadlineMs) throw error
      logger.warn({ err: error }, `${what} does not answer yet`)
      await delay(2000)
    }
  }
}

try {
  await persistently('Kafka', () =>
    provisionKafka(createKafka('provision', config, logger, { retries: 5 }), {
      prefix: config.KAFKA_PREFIX,
      replication: config.KAFKA_REPLICATION,
    }),
  )
  await persistently('Cassandra', () =>
    provisionCassandra(config, { replication: config.CASSANDRA_REPLICATION ?? singleCopy(config) }),
  )
  process.exit(0)
} catch (error) {
  logger.fatal({ err: error }, 'could not provision')
  process.exit(1)
}
