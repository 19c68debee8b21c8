import { z } from 'zod'
import { cassandraSettings } from '@chat-battle/service/cassandra'
import { kafkaSettings } from '@chat-battle/service/kafka'
import { operatorSettings } from '@chat-battle/service/operator-access'
import { logLevel, port, readSettings, whole } from '@chat-battle/service/settings'

const settings = {
  ...kafkaSettings,
  ...cassandraSettings,
  ...operatorSettings,
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: logLevel,
  PROCESSOR_METRICS_PORT: port.default(9102),
  /** Kafka refuses less than 6 s unless its broker is told otherwise. */
  PROCESSOR_SESSION_MS: whole.default(6000),
}

export type ProcessorConfig = z.infer<z.ZodObject<typeof settings>>

export function readConfig(environment = process.env): ProcessorConfig {
  return readSettings(settings, environment)
}
