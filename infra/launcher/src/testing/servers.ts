import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { makeFolder } from '../folder.ts'
import { startCassandra, startKafka, together } from '../infrastructure.ts'
import type { Log } from '../progress.ts'
import { RunRecord } from '../run-record.ts'
import { readLocalSettings } from '../settings.ts'
import type { ServerName } from './suites.ts'
import { useWarmServers } from './warm-servers.ts'

/** Kafka and Cassandra for a run of tests. Disposing of it stops those that the run started for itself. */
export interface TestServers extends AsyncDisposable {
  /** The settings that tests find the servers by. */
  env: NodeJS.ProcessEnv
  /** The log file of each server that the launcher started. */
  logs: readonly string[]
}

export interface ServerOptions {
  logDir: string
  /** Whether the servers may stay for the next run. */
  mayStay: boolean
  log: Log
}

const settingOf = { kafka: 'KAFKA_BROKERS', cassandra: 'CASSANDRA_CONTACT_POINTS' } as const
const stopWithinMs = 5000

/** Starts or finds the servers that tests need, except those whose address the environment gives. */
export async function startTestServers(
  needed: readonly ServerName[],
  options: ServerOptions,
): Promise<TestServers> {
  const missing = needed.filter((name) => !options.mayStay || process.env[settingOf[name]] === undefined)
  if (missing.length === 0) return { env: {}, logs: [], [Symbol.asyncDispose]: () => Promise.resolve() }
  return options.mayStay ? warmServers(missing, options.log) : temporaryServers(missing, options)
}

async function warmServers(names: readonly ServerName[], log: Log): Promise<TestServers> {
  const { servers, [Symbol.asyncDispose]: dispose } = await useWarmServers(names, log)
  return {
    env: Object.fromEntries(servers.map(({ name, port }) => [settingOf[name], `127.0.0.1:${port}`])),
    logs: servers.map(({ logFile }) => logFile),
    [Symbol.asyncDispose]: dispose,
  }
}

async function temporaryServers(
  names: readonly ServerName[],
  { logDir, log }: ServerOptions,
): Promise<TestServers> {
  await using stack = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'chat-battle-test-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  const cacheDir = join(readLocalSettings(process.env).DATA_DIR, 'cache')
  await makeFolder(cacheDir)
  const record = new RunRecord(dataDir)
  await record.claim(log)
  stack.defer(() => record.release())
  const options = { record, logDir, log, dataDir, cacheDir }
  const ports = { kafka: await freePort(), cassandra: await freePort() }
  const start = { kafka: startKafka, cassandra: startCassandra }
  const servers = await together(names.map((name) => start[name](ports[name], options)))
  stack.defer(async () => void (await Promise.all(servers.map((server) => server.stop(stopWithinMs)))))
  const owned = stack.move()
  return {
    env: Object.fromEntries(names.map((name) => [settingOf[name], `127.0.0.1:${ports[name]}`])),
    logs: servers.map(({ logFile }) => logFile),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
