import type { z } from 'zod'
import { cassandraSettings } from '@chat-battle/service/cassandra'
import { kafkaSettings } from '@chat-battle/service/kafka'
import { operatorSettings } from '@chat-battle/service/operator-access'
import { host, logLevel, port, readSettings, sessionMs } from '@chat-battle/service/settings'

const settings = {
  ...kafkaSettings,
  ...cassandraSettings,
  ...operatorSettings,
  HOST: host.default('127.0.0.1'),
  LOG_LEVEL: logLevel,
  PROCESSOR_METRICS_PORT: port.default(9102),
  PROCESSOR_SESSION_MS: sessionMs.default(6000),
}

export type ProcessorConfig = z.infer<z.ZodObject<typeof settings>>

export function readConfig(environment = process.env): ProcessorConfig {
  return readSettings(settings, environment)
}
