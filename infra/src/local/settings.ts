import { resolve } from 'node:path'
import { z } from 'zod'
import { list, port, readSettings } from '@chat-battle/service/settings'
import { root } from './root.ts'

const settings = {
  WEB_PORT: port.default(3000),
  GATEWAY_PORT: port.default(3001),
  KAFKA_PORT: port.default(9092),
  CASSANDRA_PORT: port.default(9042),
  TWITCH_PORT: port.default(3002),
  INGEST_METRICS_PORT: port.default(9101),
  PROCESSOR_METRICS_PORT: port.default(9102),
  DATA_DIR: z
    .string()
    .default('.data')
    .transform((path) => resolve(root, path)),
  KAFKA_BROKERS: list.optional(),
  KAFKA_PREFIX: z.string().default(''),
  CASSANDRA_CONTACT_POINTS: list.optional(),
  CASSANDRA_LOCAL_DATACENTER: z.string().default('datacenter1'),
  MONITORED_CHANNELS: z.string().default(''),
}

/** What the local start itself needs to know. Services read the rest of the environment themselves. */
export type LocalSettings = z.infer<z.ZodObject<typeof settings>>

export function readLocalSettings(environment: NodeJS.ProcessEnv): LocalSettings {
  return readSettings(settings, environment)
}
