import { resolve } from 'node:path'
import { z } from 'zod'
import { host, list, port as anyPort, readSettings, SettingsError } from '@chat-battle/service/settings'
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

/** What the local start itself needs to know. Services read the rest of the environment themselves. */
export type LocalSettings = z.infer<z.ZodObject<typeof settings>>

export function readLocalSettings(environment: NodeJS.ProcessEnv): LocalSettings {
  return readSettings(settings, environment)
}

/** Reads the settings of the local start and of every service, so that all that is wrong is told at once. */
export async function readEverySetting(environment: NodeJS.ProcessEnv): Promise<LocalSettings> {
  const readers: ((environment: NodeJS.ProcessEnv) => unknown)[] = [readLocalSettings]
  for (const service of services) {
    const config = new URL(`../../../${service}/src/config.ts`, import.meta.url)
    readers.push(((await import(config.href)) as { readConfig: typeof readLocalSettings }).readConfig)
  }
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
