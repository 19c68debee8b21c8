import { resolve } from 'node:path'
import { z } from 'zod'
import {
  host,
  list,
  port as anyPort,
  readSettings,
  SettingsError,
} from '@chat-battle/runtime/process/settings'
import { readConfig as readGateway } from '@chat-battle/gateway/config'
import { readConfig as readIngest } from '@chat-battle/ingest/config'
import { readConfig as readProcessor } from '@chat-battle/processor/config'
import { readConfig as readWeb } from '@chat-battle/web/server/config'
import { root } from './root.ts'

/** Where a service may take any that is free, whoever started it would not find it. */
const port = anyPort.refine((value) => value > 0, 'expected a port number from 1')

const settings = {
  WEB_PORT: port.default(3000),
  GATEWAY_PORT: port.default(3001),
  KAFKA_PORT: port.default(9092),
  CASSANDRA_PORT: port.default(9042),
  TWITCH_PORT: port.default(3002),
  INGEST_METRICS_PORT: port.default(9101),
  PROCESSOR_METRICS_PORT: port.default(9102),
  HOST: host.default('127.0.0.1'),
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

/** In the order in which they are started. */
export const services = ['processor', 'gateway', 'ingest', 'web'] as const

/** The file that starts each service, from the project's folder. */
export const entryOf: Record<(typeof services)[number], string> = {
  processor: 'processor/src/main.ts',
  gateway: 'gateway/src/main.ts',
  ingest: 'ingest/src/main.ts',
  web: 'web/server/main.ts',
}

/** What the local start itself needs to know. Services read the rest of the environment themselves. */
export type LocalSettings = z.infer<z.ZodObject<typeof settings>>

export function readLocalSettings(environment: NodeJS.ProcessEnv): LocalSettings {
  return readSettings(settings, environment)
}

/** Reads the settings of the local start and of every service, so that all that is wrong is told at once. */
export function readEverySetting(environment: NodeJS.ProcessEnv): LocalSettings {
  const readers = [readLocalSettings, readProcessor, readGateway, readIngest, readWeb]
  const wrong = readers.flatMap((read) => {
    try {
      read(environment)
      return []
    } catch (error) {
      if (error instanceof SettingsError) return error.wrong
      throw error
    }
  })
  if (wrong.length > 0) throw new SettingsError([...new Set(wrong)])
  return readLocalSettings(environment)
}
