import { setTimeout as delay } from 'node:timers/promises'
import { createKafka } from '@chat-battle/runtime/kafka/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { configured } from '@chat-battle/runtime/process/run'
import { secretsOf } from '@chat-battle/runtime/process/secrets'
import { readConfig } from './config.ts'
import { provisionCassandra, provisionKafka, ProvisionError, singleCopy } from './provision.ts'

const withinMs = 120_000
const retryAfterMs = 2000

const config = configured(readConfig)
const logger = createLogger('provision', config.LOG_LEVEL, { secrets: secretsOf(config) })

/** Retries for `withinMs`: the server may still be starting. */
async function provision(server: string, act: () => Promise<void>): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    try {
      await act()
      return logger.info(`${server} provisioned`)
    } catch (error) {
      if (error instanceof ProvisionError || performance.now() > deadlineMs) throw error
      logger.warn({ err: error }, `${server} does not answer yet, retrying`)
      await delay(retryAfterMs)
    }
  }
}

try {
  await provision('Kafka', () =>
    provisionKafka(createKafka('provision', config, logger, { retries: 5 }), {
      prefix: config.KAFKA_PREFIX,
      replication: config.KAFKA_REPLICATION,
    }),
  )
  await provision('Cassandra', () =>
    provisionCassandra(config, { replication: config.CASSANDRA_REPLICATION ?? singleCopy(config) }),
  )
  process.exit(0)
} catch (error) {
  logger.fatal({ err: error }, 'provisioning failed')
  process.exit(1)
}
