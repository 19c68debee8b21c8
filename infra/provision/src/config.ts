import { z } from 'zod'
import { cassandraSettings } from '@chat-battle/runtime/cassandra/client'
import { kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { logLevel, readSettings, whole } from '@chat-battle/runtime/process/settings'

export const settings = {
  ...kafkaSettings,
  ...cassandraSettings,
  LOG_LEVEL: logLevel,
  KAFKA_REPLICATION: whole(1, 1000)
    .default(1)
    .describe('Copies of each topic. Set 3 on a cluster of 3 or more brokers.'),
  CASSANDRA_REPLICATION: z
    .string()
    .optional()
    .describe(
      "CQL's replication map, like `{'class': 'NetworkTopologyStrategy', 'datacenter1': 3}`. Default: one copy in the local data centre.",
    ),
}

export type ProvisionConfig = z.infer<z.ZodObject<typeof settings>>

export function readConfig(environment = process.env): ProvisionConfig {
  return readSettings(settings, environment)
}
