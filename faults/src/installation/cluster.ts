import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '@chat-battle/launcher/folder'
import { startCassandra, startKafka, together } from '@chat-battle/launcher/infrastructure'
import { RunRecord } from '@chat-battle/launcher/run-record'
import { readLocalSettings } from '@chat-battle/launcher/settings'
import type { Supervisor, SupervisorOptions } from '@chat-battle/launcher/supervisor'
import { freePort } from '@chat-battle/runtime/http/free-port'

const stopWithinMs = 5000

/** One Kafka and one Cassandra. Each fault's installation has topics and tables of its own on them. */
export interface Cluster extends AsyncDisposable {
  readonly kafka: Supervisor
  readonly cassandra: Supervisor
  readonly env: NodeJS.ProcessEnv
  readonly dataDir: string
  /** Has a folder for each installation. */
  readonly logDir: string
  readonly supervision: SupervisorOptions
}

/** Starts a cluster whose data lie in a new folder within `parent`. */
export async function startCluster(log: (line: string) => void, parent = tmpdir()): Promise<Cluster> {
  const dataDir = await mkdtemp(join(parent, 'chat-battle-faults-'))
  const cacheDir = join(readLocalSettings(process.env).DATA_DIR, 'cache')
  await makeFolder(cacheDir)
  const logDir = join(dataDir, 'logs')
  await mkdir(logDir)
  const record = new RunRecord(dataDir)
  await record.claim(log)
  // Short waits: a killed process is started again as soon as its supervisor notices.
  const supervision = {
    record,
    logDir,
    log: () => undefined,
    firstBackoffMs: 100,
    longestBackoffMs: 500,
  }
  const infrastructure = { ...supervision, dataDir, cacheDir }
  const [kafkaPort, cassandraPort] = [await freePort(), await freePort()]
  const removeData = async () => {
    await record.release()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  const [kafka, cassandra] = await together([
    startKafka(kafkaPort, infrastructure),
    startCassandra(cassandraPort, infrastructure),
  ]).catch(async (error: unknown) => {
    await removeData()
    throw error
  })
  const stop = async () => {
    await Promise.all([kafka.stop(stopWithinMs), cassandra.stop(stopWithinMs)])
    await removeData()
  }
  // Only the servers need this: a service ends when its IPC channel to this process closes.
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
