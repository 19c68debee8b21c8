import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Supervisor } from '@chat-battle/launcher/supervisor'
import { provisionCassandra, provisionKafka, singleCopy } from '@chat-battle/provision/provision'
import { freePort } from '@chat-battle/runtime/http/free-port'
import {
  cassandraSettings,
  createCassandra,
  type CassandraSettings,
} from '@chat-battle/runtime/cassandra/client'
import {
  createKafka,
  kafkaSettings,
  type KafkaClient,
  type KafkaSettings,
} from '@chat-battle/runtime/kafka/client'
import { createLogger, type Logger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'
import { until } from '@chat-battle/testkit/testing'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import type { Cluster } from './cluster.ts'
import { ServiceProcesses, services, type Service } from './service-processes.ts'
import { isJoined } from './twitch-joins.ts'

const cassandraWithinMs = 120_000

/** Credentials of the account that the Twitch stub knows. Without them in `env`, ingest is anonymous. */
export const account = {
  TWITCH_CLIENT_ID: 'client-of-faults',
  TWITCH_CLIENT_SECRET: 'secret-of-faults',
  TWITCH_REFRESH_TOKEN: 'refresh-token-of-faults',
}

/** Every service as a process of its own, on topics and tables of its own, with a Twitch stub. */
export interface Installation extends AsyncDisposable {
  readonly kafka: KafkaClient
  readonly settings: KafkaSettings & CassandraSettings
  readonly logger: Logger
  readonly twitch: TwitchServer
  /** Starts one more process of a service and waits until it is ready. A second web or gateway shares the port. */
  start(service: Service, name?: string): Promise<Supervisor>
  process(name: string): Supervisor
  /** How often each process ended and its supervisor started it again. */
  readonly deaths: ReadonlyMap<string, number>
  url(service: 'gateway' | 'web'): string
  /** The status with which an ingest or processor answers `/health`. */
  health(name: string): Promise<number>
  /** The sum of a process's metric over its labels, or over those that match `labels`. */
  metric(name: string, metric: string, labels?: Readonly<Record<string, string>>): Promise<number>
}

/** Starts an installation on the cluster; resolves when every channel is joined. */
export async function install(
  cluster: Cluster,
  { name, channels, env = {} }: { name: string; channels: readonly string[]; env?: NodeJS.ProcessEnv },
): Promise<Installation> {
  const logDir = join(cluster.logDir, name)
  await mkdir(logDir, { recursive: true })
  const twitch = await startTwitch()
  twitch.auth.refreshTokens.set(account.TWITCH_REFRESH_TOKEN, 'faults')
  const environment = {
    ...cluster.env,
    KAFKA_PREFIX: `${name}.`,
    CASSANDRA_KEYSPACE: name.replaceAll('-', '_'),
    TWITCH_IRC_URL: twitch.url,
    TWITCH_AUTH_URL: twitch.authUrl,
    ...twitch.emoteSettings,
    EMOTE_CACHE_DIR: join(logDir, 'emotes'),
    MONITORED_CHANNELS: channels.join(','),
    RATE_LIMIT_PER_MINUTE: '100000',
    ...env,
  }
  const settings = {
    ...readSettings(kafkaSettings, environment),
    ...readSettings(cassandraSettings, environment),
  }
  const logger = createLogger('faults', 'silent')
  const kafka = createKafka('faults', settings, logger)
  await provision(kafka, settings)

  const sharedPorts = { gateway: await freePort(), web: await freePort() }
  const processes = new ServiceProcesses(environment, sharedPorts, { ...cluster.supervision, logDir })
  const installation: Installation = {
    kafka,
    settings,
    logger,
    twitch,
    start: (service, process) => processes.start(service, process),
    process: (process) => processes.named(process),
    get deaths() {
      return processes.deaths
    },
    url: (service) => `http://127.0.0.1:${sharedPorts[service]}`,
    health: (process) => processes.health(process),
    metric: (process, metric, labels) => processes.metric(process, metric, labels),
    async [Symbol.asyncDispose]() {
      await processes.stop()
      await twitch[Symbol.asyncDispose]()
      // Fails where Cassandra is away; the cluster's data are removed in the end anyway.
      await dropKeyspace(settings).catch(() => undefined)
    },
  }
  try {
    await Promise.all(services.map((service) => processes.start(service)))
    await until(() => channels.every((login) => isJoined(twitch, login)), 'every channel is joined')
    return installation
  } catch (error) {
    await installation[Symbol.asyncDispose]()
    throw error
  }
}

async function provision(kafka: KafkaClient, settings: Installation['settings']): Promise<void> {
  await provisionKafka(kafka, { prefix: settings.KAFKA_PREFIX, replication: 1 })
  // The fault before may have left a Cassandra that is still starting.
  const isProvisioned = () =>
    provisionCassandra(settings, { replication: singleCopy(settings) }).then(
      () => true,
      () => false,
    )
  await until(isProvisioned, 'Cassandra answers', cassandraWithinMs)
}

async function dropKeyspace(settings: CassandraSettings): Promise<void> {
  const client = createCassandra(settings, { withKeyspace: false })
  await client.connect()
  await client.execute(`DROP KEYSPACE ${settings.CASSANDRA_KEYSPACE}`, [], { prepare: false })
  await client.shutdown()
}
