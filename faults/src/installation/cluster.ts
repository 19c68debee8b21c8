import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '@chat-battle/launcher/folder'
import { startCassandra, startKafka, together } from '@chat-battle/launcher/infrastructure'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { RunRecord } from '@chat-battle/launcher/run-record'
import { readLocalSettings } from '@chat-battle/launcher/settings'
import type { Supervisor, SupervisorOptions } from '@chat-battle/launcher/supervisor'

/** The Kafka and the Cassandra that every fault's installation has a part of. */
export interface Cluster extends AsyncDisposable {
  readonly kafka: Supervisor
  readonly cassandra: Supervisor
  readonly env: NodeJS.ProcessEnv
  readonly dataDir: string
  /** With a folder for each fault. */
  readonly logDir: string
  readonly supervision: SupervisorOptions
}

/** Its data lie in a new folder within `parent`. */
export async function startCluster(say: (line: string) => void, parent = tmpdir()): Promise<Cluster> {
  const dataDir = await mkdtemp(join(parent, 'chat-battle-faults-'))
  const cacheDir = join(readLocalSettings(process.env).DATA_DIR, 'cache')
  await makeFolder(cacheDir)
  const logDir = join(dataDir, 'logs')
  await mkdir(logDir)
  const record = new RunRecord(dataDir)
  await record.claim(say)
  // What is killed on purpose is back as soon as a supervisor has noticed.
  const supervision = {
    record,
    logDir,
    log: () => undefined,
    firstBackoffMs: 100,
    longestBackoffMs: 500,
  }
  const infrastructure = { ...supervision, dataDir, cacheDir }
  const [kafkaPort, cassandraPort] = [await freePort(), await freePort()]
  const clean = async () => {
    await record.release()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  const [kafka, cassandra] = await together([
    startKafka(kafkaPort, infrastructure),
    startCassandra(cassandraPort, infrastructure),
  ]).catch(async (error: unknown) => {
    await clean()
    throw error
  })
  const stop = async () => {
    await Promise.all([kafka.stop(5000), cassandra.stop(5000)])
    await clean()
  }
  // Services end when the channel to their launcher does.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(130)))
  }
  return {
    kafka,
    cassandra,
    env: {
      KAFKA_BROKERS: `127.0.0.1:${kafkaPort}`,
      CASSANDRA_CONTACT_POINTS: `127.0.0.1:${cassandraPort}`,
    },
    dataDir,
    logDir,
    supervision,
    [Symbol.asyncDispose]: stop,
  }
}
