import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cassandraSettings } from '@chat-battle/runtime/cassandra/client'
import { createKafka, kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { reachable } from '@chat-battle/runtime/http/listen'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { secretsOf } from '@chat-battle/runtime/process/secrets'
import { readSettings } from '@chat-battle/runtime/process/settings'
import {
  provisionCassandra,
  provisionKafka,
  ProvisionError,
  singleCopy,
} from '@chat-battle/provision/provision'
import { simulatedChannels } from '@chat-battle/twitch-stub/simulated-channels'
import { coordinatorsAnswer } from './coordinators.ts'
import { startCassandra, startKafka, together } from './infrastructure.ts'
import { nodeCommand } from './node-command.ts'
import { checkPorts, checkTools, type Listener } from './prerequisites.ts'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { RunRecord } from './run-record.ts'
import { entryOf, services, type LocalSettings } from './settings.ts'
import { Supervisor, type Command } from './supervisor.ts'
import { buildWeb } from './web-build.ts'

const readyWithinMs = 60_000

export interface LocalSystem {
  /** Where to open the page. */
  readonly url: string
  /** Every process by name, in the order in which they were started. */
  readonly processes: ReadonlyMap<string, Supervisor>
  /** Stops every process, in order. */
  stop(): Promise<void>
}

export interface LocalOptions {
  settings: LocalSettings
  /** The source of chat: Twitch, the simulation, or only the lines that a test sends. */
  chat: 'twitch' | 'simulated' | 'silent'
  log: (line: string) => void
  /** Environment of the services, in addition to the settings. */
  env?: NodeJS.ProcessEnv
  /** Where Maven's class paths are kept; other installations may share it. */
  cacheDir?: string
  /** Aborts the start. */
  signal?: AbortSignal
}

/** Starts the whole system on this machine; resolves when the page can be opened. Whatever fails, nothing is left running. */
export async function startLocal(options: LocalOptions): Promise<LocalSystem> {
  const { settings, log, signal } = options
  const ownKafka = settings.KAFKA_BROKERS === undefined
  const ownCassandra = settings.CASSANDRA_CONTACT_POINTS === undefined
  await checkTools({ java: ownKafka || ownCassandra })
  const record = new RunRecord(settings.DATA_DIR)
  await record.claim(log)
  const processes = new Map<string, Supervisor>()
  const stop = async () => {
    await stopAll(processes)
    await record.release()
  }
  try {
    await checkPorts(listeners(options))
    await buildWeb(log)
    signal?.throwIfAborted()
    const logDir = join(settings.DATA_DIR, 'logs')
    await mkdir(logDir, { recursive: true })
    const supervision = { record, logDir, log }
    const infrastructure = {
      ...supervision,
      dataDir: settings.DATA_DIR,
      cacheDir: options.cacheDir ?? join(settings.DATA_DIR, 'cache'),
      ...(signal === undefined ? {} : { signal }),
    }
    const env = serviceEnvironment(options)
    log('starting Kafka and Cassandra')
    const servers = await together([
      ...(ownKafka ? [startKafka(settings.KAFKA_PORT, infrastructure)] : []),
      ...(ownCassandra ? [startCassandra(settings.CASSANDRA_PORT, infrastructure)] : []),
    ])
    for (const server of servers) processes.set(server.name, server)
    signal?.throwIfAborted()
    log('creating topics and tables')
    await provision(env, { ownKafka })
    log('starting the services')
    for (const [name, command] of commands(options, env)) {
      const service = new Supervisor(name, command, supervision)
      processes.set(name, service)
      await service.start()
      signal?.throwIfAborted()
    }
    await ready(settings, processes, signal)
    return { url: pageUrl(settings), processes, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function listeners({ settings, chat }: LocalOptions): Listener[] {
  const { HOST: host } = settings
  const own = (setting: 'KAFKA_PORT' | 'CASSANDRA_PORT' | 'TWITCH_PORT', isStarted: boolean) =>
    isStarted ? [{ setting, port: settings[setting] }] : []
  return [
    { setting: 'WEB_PORT', port: settings.WEB_PORT, host },
    { setting: 'GATEWAY_PORT', port: settings.GATEWAY_PORT, host },
    { setting: 'INGEST_METRICS_PORT', port: settings.INGEST_METRICS_PORT, host },
    { setting: 'PROCESSOR_METRICS_PORT', port: settings.PROCESSOR_METRICS_PORT, host },
    ...own('KAFKA_PORT', settings.KAFKA_BROKERS === undefined),
    ...own('CASSANDRA_PORT', settings.CASSANDRA_CONTACT_POINTS === undefined),
    ...own('TWITCH_PORT', chat !== 'twitch'),
  ]
}

function serviceEnvironment({ settings, chat, env }: LocalOptions): NodeJS.ProcessEnv {
  const channels = [...settings.MONITORED_CHANNELS, ...(chat === 'simulated' ? simulatedChannels : [])]
  return {
    KAFKA_BROKERS: settings.KAFKA_BROKERS?.join(',') ?? `127.0.0.1:${settings.KAFKA_PORT}`,
    CASSANDRA_CONTACT_POINTS:
      settings.CASSANDRA_CONTACT_POINTS?.join(',') ?? `127.0.0.1:${settings.CASSANDRA_PORT}`,
    HOST: settings.HOST,
    WEB_PORT: String(settings.WEB_PORT),
    GATEWAY_PORT: String(settings.GATEWAY_PORT),
    INGEST_METRICS_PORT: String(settings.INGEST_METRICS_PORT),
    PROCESSOR_METRICS_PORT: String(settings.PROCESSOR_METRICS_PORT),
    MONITORED_CHANNELS: channels.join(','),
    ...(chat === 'twitch' ? {} : { TWITCH_IRC_URL: `ws://127.0.0.1:${settings.TWITCH_PORT}` }),
    ...env,
  }
}

async function provision(env: NodeJS.ProcessEnv, { ownKafka }: { ownKafka: boolean }): Promise<void> {
  const given = { ...process.env, ...env }
  const kafka = readSettings(kafkaSettings, given)
  const client = createKafka(
    'provision',
    kafka,
    createLogger('provision', 'error', { secrets: secretsOf(kafka) }),
    { retries: 10 },
  )
  await provisionKafka(client, { prefix: kafka.KAFKA_PREFIX, replication: 1 }).catch(
    unreachable('Kafka', 'KAFKA_BROKERS', kafka.KAFKA_BROKERS),
  )
  // Another's cluster has them, and may not let this user find out.
  if (ownKafka) await coordinatorsAnswer(client, kafka.KAFKA_PREFIX)
  const cassandra = readSettings(cassandraSettings, given)
  await provisionCassandra(cassandra, { replication: singleCopy(cassandra) }).catch(
    unreachable('Cassandra', 'CASSANDRA_CONTACT_POINTS', cassandra.CASSANDRA_CONTACT_POINTS),
  )
}

function unreachable(what: string, setting: string, addresses: readonly string[]): (error: Error) => never {
  return (error) => {
    if (error instanceof ProvisionError) throw new UserError(error.message)
    throw new UserError(
      `${what} at ${addresses.join(', ')} could not be set up: ${error.message}; check ${setting} and the settings beside it`,
    )
  }
}

function* commands(
  { settings, chat }: LocalOptions,
  env: NodeJS.ProcessEnv,
): Generator<[name: string, command: Command]> {
  if (chat !== 'twitch') {
    const play = chat === 'simulated' ? ['--simulate'] : []
    const args = ['--port', String(settings.TWITCH_PORT), ...play]
    yield ['twitch', nodeCommand('infra/twitch-stub/src/main.ts', args, env)]
  }
  for (const service of services) yield [service, nodeCommand(entryOf[service], [], env)]
}

async function ready(
  { HOST, WEB_PORT, GATEWAY_PORT }: LocalSettings,
  processes: ReadonlyMap<string, Supervisor>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadlineMs = performance.now() + readyWithinMs
  const urls = {
    gateway: `http://${reachable(HOST)}:${GATEWAY_PORT}/api/health`,
    web: `http://${reachable(HOST)}:${WEB_PORT}/livez`,
  }
  for (const [name, url] of Object.entries(urls)) {
    while (!(await isOk(url))) {
      signal?.throwIfAborted()
      const given = processes.get(name)
      if (performance.now() > deadlineMs || (given?.deaths ?? 0) > 2) {
        throw new UserError(`${name} did not come up; the reason is in ${given?.logFile}`)
      }
      await delay(100)
    }
  }
}

function pageUrl({ HOST, WEB_PORT }: LocalSettings): string {
  const host = reachable(HOST)
  return `http://${['127.0.0.1', '[::1]'].includes(host) ? 'localhost' : host}:${WEB_PORT}`
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

/** From the source of the data on: each is stopped when nothing more comes to it. Together below 15 s. */
const stopOrder: readonly { names: readonly string[]; withinMs: number }[] = [
  { names: ['twitch', 'ingest'], withinMs: 3000 },
  { names: ['processor'], withinMs: 3000 },
  { names: ['gateway', 'web'], withinMs: 3000 },
  { names: ['cassandra', 'kafka'], withinMs: 5500 },
]

async function stopAll(processes: ReadonlyMap<string, Supervisor>): Promise<void> {
  for (const { names, withinMs } of stopOrder) {
    await Promise.all(names.map((name) => processes.get(name)?.stop(withinMs)))
  }
}
