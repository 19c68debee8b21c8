import { resolve } from 'node:path'
import { z } from 'zod'
import { reachable } from '@chat-battle/runtime/http/listen'
import { host, port, readSettings, SettingsError } from '@chat-battle/runtime/process/settings'
import { readConfig as readGateway, settings as gateway } from '@chat-battle/gateway/config'
import { readConfig as readIngest, settings as ingest } from '@chat-battle/ingest/config'
import { readConfig as readProcessor, settings as processor } from '@chat-battle/processor/config'
import { settings as provisioner } from '@chat-battle/provision/config'
import { readConfig as readWeb, settings as web } from '@chat-battle/web/server/config'
import { root } from './root.ts'

/** A service may take any free port; the launcher and its user have to know the port. */
function fixed<Port extends z.ZodType<number>>(schema: Port): Port {
  return schema.refine((value) => value > 0, 'expected a port number from 1')
}

const local = {
  WEB_PORT: fixed(web.WEB_PORT),
  GATEWAY_PORT: fixed(gateway.GATEWAY_PORT),
  INGEST_METRICS_PORT: fixed(ingest.INGEST_METRICS_PORT),
  PROCESSOR_METRICS_PORT: fixed(processor.PROCESSOR_METRICS_PORT),
  KAFKA_PORT: fixed(port.default(9092)).describe('Port of the Kafka that the local start launches.'),
  CASSANDRA_PORT: fixed(port.default(9042)).describe('Port of the Cassandra that the local start launches.'),
  TWITCH_PORT: fixed(port.default(3002)).describe('Port of the stand-in for Twitch in the demo.'),
  HOST: host,
  DATA_DIR: z
    .string()
    .default('.data')
    .transform((path) => resolve(root, path))
    .describe(
      'Folder for the data of Kafka and Cassandra, logs and process records. One installation at a time holds it by a lock.',
    ),
  EMOTE_CACHE_DIR: gateway.EMOTE_CACHE_DIR,
  // Without a default: where one of them is set, the local start launches no server of its own.
  KAFKA_BROKERS: processor.KAFKA_BROKERS.unwrap().optional(),
  CASSANDRA_CONTACT_POINTS: processor.CASSANDRA_CONTACT_POINTS.unwrap().optional(),
  MONITORED_CHANNELS: ingest.MONITORED_CHANNELS,
}

/** The settings that each program reads, by the name that the documents give it. */
export const settingsByReader = {
  provisioner,
  ingest,
  processor,
  gateway,
  web,
  'local start': local,
} as const

/** In the order in which they are started. */
export const services = ['processor', 'gateway', 'ingest', 'web'] as const

/** The file that starts each service, from the project's folder. */
export const entryOf: Record<(typeof services)[number], string> = {
  processor: 'processor/src/main.ts',
  gateway: 'gateway/src/main.ts',
  ingest: 'ingest/src/main.ts',
  web: 'web/server/main.ts',
}

/** The settings of the local start itself. Services read the rest of the environment themselves. */
export type LocalSettings = z.infer<z.ZodObject<typeof local>>

/** URL of the gateway, as this machine reaches it. */
export function gatewayUrl({ HOST, GATEWAY_PORT }: LocalSettings): string {
  return `http://${reachable(HOST)}:${GATEWAY_PORT}`
}

export function readLocalSettings(environment: NodeJS.ProcessEnv): LocalSettings {
  return readSettings(local, environment)
}

/** Reads the settings of the local start and of every service, to report all invalid ones at once. */
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
