import { entryOf } from '@chat-battle/launcher/settings'
import { join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { nodeCommand } from '@chat-battle/launcher/node-command'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { Supervisor } from '@chat-battle/launcher/supervisor'
import { provisionCassandra, provisionKafka, singleCopy } from '@chat-battle/provision/provision'
import { until } from '@chat-battle/testkit/testing'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import {
  cassandraSettings,
  createCassandra,
  type CassandraSettings,
} from '@chat-battle/runtime/cassandra/client'
import {
  createKafka,
  kafkaSettings,
  type KafkaSettings,
  type KafkaClient,
} from '@chat-battle/runtime/kafka/client'
import { createLogger, type Logger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'
import type { Cluster } from './cluster.ts'
import { isHeard } from '../judges/join-sampler.ts'

export const services = ['processor', 'gateway', 'ingest', 'web'] as const
export type Service = (typeof services)[number]

const portNames = {
  processor: 'PROCESSOR_METRICS_PORT',
  ingest: 'INGEST_METRICS_PORT',
  gateway: 'GATEWAY_PORT',
  web: 'WEB_PORT',
}

const readyPaths = { processor: '/health', ingest: '/health', gateway: '/api/health', web: '/livez' }

/** Credentials of the account that the stand-in for Twitch knows; without them in `env`, ingest is anonymous. */
export const account = {
  TWITCH_CLIENT_ID: 'client-of-faults',
  TWITCH_CLIENT_SECRET: 'secret-of-faults',
  TWITCH_REFRESH_TOKEN: 'refresh-token-of-faults',
}

/** Every service as a process of its own, on topics and tables of their own, with a stand-in for Twitch. */
export interface Installation extends AsyncDisposable {
  readonly kafka: KafkaClient
  readonly settings: KafkaSettings & CassandraSettings
  readonly logger: Logger
  readonly twitch: TwitchServer
  readonly logDir: string
  /** Starts one more process of a service, ready to work; a web or a gateway shares its port with those that run. */
  start(service: Service, name?: string): Promise<Supervisor>
  process(name: string): Supervisor
  /** How often each process has ended and was started again by its supervisor. */
  readonly deaths: ReadonlyMap<string, number>
  url(service: 'gateway' | 'web'): string
  /** The status with which a process of ingest or processor answers `/health`. */
  health(name: string): Promise<number>
  /** The sum of a metric over its labels, or over those that are given, as a process tells it. */
  metric(name: string, metric: string, labels?: Readonly<Record<string, string>>): Promise<number>
}

export async function install(
  cluster: Cluster,
  { name, channels, env }: { name: string; channels: readonly string[]; env?: NodeJS.ProcessEnv },
): Promise<Installation> {
  const logDir = join(cluster.logDir, name)
  await mkdir(logDir, { recursive: true })
  const twitch = await startTwitch()
  twitch.auth.refreshTokens.set(account.TWITCH_REFRESH_TOKEN, 'faults')
  const given = {
    ...cluster.env,
    KAFKA_PREFIX: `${name}.`,
    CASSANDRA_KEYSPACE: name.replaceAll('-', '_'),
    TWITCH_IRC_URL: twitch.url,
    TWITCH_AUTH_URL: twitch.authUrl,
    MONITORED_CHANNELS: channels.join(','),
    RATE_LIMIT_PER_MINUTE: '100000',
    ...env,
  }
  const settings = { ...readSettings(kafkaSettings, given), ...readSettings(cassandraSettings, given) }
  const logger = createLogger('faults', 'silent')
  const kafka = createKafka('faults', settings, logger)
  await provisionKafka(kafka, { prefix: settings.KAFKA_PREFIX, replication: 1 })
  const provision = () => provisionCassandra(settings, { replication: singleCopy(settings) })
  await until(
    () =>
      provision().then(
        () => true,
        () => false,
      ),
    'Cassandra answers',
    120_000,
  )
  const shared = { gateway: await freePort(), web: await freePort() }
  const processes = new Map<string, { supervisor: Supervisor; port: number }>()
  const processOf = (process: string) => {
    const found = processes.get(process)
    if (found === undefined) throw new Error(`no process ${process}`)
    return found
  }

  const start: Installation['start'] = async (service, process = service) => {
    const port = service === 'gateway' || service === 'web' ? shared[service] : await freePort()
    const command = nodeCommand(entryOf[service], [], {
      ...given,
      GATEWAY_PORT: String(shared.gateway),
      SHARE_PORTS: 'true',
      [portNames[service]]: String(port),
    })
    const supervisor = new Supervisor(process, command, { ...cluster.supervision, logDir })
    processes.set(process, { supervisor, port })
    await supervisor.start()
    const ready = `http://127.0.0.1:${port}${readyPaths[service]}`
    await until(async () => (await fetch(ready).catch(() => undefined))?.ok, `${process} is ready`)
    return supervisor
  }
  const installation: Installation = {
    kafka,
    settings,
    logger,
    twitch,
    logDir,
    start,
    process: (process) => processOf(process).supervisor,
    get deaths() {
      return new Map([...processes].map(([process, { supervisor }]) => [process, supervisor.deaths]))
    },
    url: (service) => `http://127.0.0.1:${shared[service]}`,
    health: async (process) => (await fetch(`http://127.0.0.1:${processOf(process).port}/health`)).status,
    async metric(process, metric, labels = {}) {
      const text = await (
        await fetch(`http://127.0.0.1:${processOf(process).port}/metrics`, {
          headers: { connection: 'close' },
        })
      ).text()
      const lines = text
        .split('\n')
        .filter((line) => line.startsWith(`${metric} `) || line.startsWith(`${metric}{`))
        .filter((line) =>
          Object.entries(labels).every(([name, value]) => line.includes(`${name}="${value}"`)),
        )
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
    },
    async [Symbol.asyncDispose]() {
      const stopping = [...processes.values()].reverse()
      await Promise.all(stopping.map(({ supervisor }) => supervisor.stop(4000)))
      await twitch[Symbol.asyncDispose]()
      // The cluster may be away, and is thrown away in the end.
      await dropKeyspace(settings).catch(() => undefined)
    },
  }
  try {
    await Promise.all(services.map((service) => start(service)))
    await until(() => channels.every((login) => isHeard(twitch, login)), 'every channel is joined')
    return installation
  } catch (error) {
    await installation[Symbol.asyncDispose]()
    throw error
  }
}

async function dropKeyspace(settings: CassandraSettings): Promise<void> {
  const client = createCassandra(settings, { withKeyspace: false })
  await client.connect()
  await client.execute(`DROP KEYSPACE ${settings.CASSANDRA_KEYSPACE}`, [], { prepare: false })
  await client.shutdown()
}
