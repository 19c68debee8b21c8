import type { z } from 'zod'
import { cassandraSettings } from '@chat-battle/runtime/cassandra/client'
import { kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { operatorSettings } from '@chat-battle/runtime/http/operator-access'
import { host, logLevel, port, readSettings, sessionMs } from '@chat-battle/runtime/process/settings'

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
