import type { z } from 'zod'
import { cassandraSettings } from '@chat-battle/runtime/cassandra/client'
import { kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { operatorSettings } from '@chat-battle/runtime/http/operator-access'
import { personHashSettings } from '@chat-battle/runtime/process/person-hash'
import { host, logLevel, port, readSettings, sessionMs } from '@chat-battle/runtime/process/settings'

export const settings = {
  ...kafkaSettings,
  ...cassandraSettings,
  ...operatorSettings,
  ...personHashSettings,
  HOST: host,
  LOG_LEVEL: logLevel,
  PROCESSOR_METRICS_PORT: port
    .default(9102)
    .describe('Port of `/metrics`, `/health` and `/livez` of the processor.'),
  PROCESSOR_SESSION_MS: sessionMs
    .default(6000)
    .describe(
      'Silence in ms after which other instances take over the partitions of an instance. 6000 to 1800000: the default bounds of a broker (`group.min.session.timeout.ms`, `group.max.session.timeout.ms`).',
    ),
}

export type ProcessorConfig = z.infer<z.ZodObject<typeof settings>>

export function readConfig(environment = process.env): ProcessorConfig {
  return readSettings(settings, environment)
}
