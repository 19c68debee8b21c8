import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificate, type Certificate } from './certificate.ts'
import { startCassandra, startKafka, type InfrastructureOptions } from './infrastructure.ts'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { RunRecord } from './run-record.ts'
import { readLocalSettings } from './settings.ts'
import type { Supervisor } from './supervisor.ts'

/** A server of a test's own that takes clients by TLS and with a password only. */
export interface Secured extends AsyncDisposable {
  port: number
  /** The settings that services reach it with. */
  environment: NodeJS.ProcessEnv
}

/** Starts a Kafka with the user `chat-battle`, by every mechanism there is a setting for. */
export async function securedKafka(): Promise<Secured> {
  const user = { username: 'chat-battle', password: 'a-password' }
  const { certificate, ...server } = await start('kafka', (port, options, certificate) =>
    startKafka(port, options, { certificate, ...user }),
  )
  return {
    ...server,
    environment: {
      KAFKA_BROKERS: `${certificate.host}:${server.port}`,
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: certificate.caFile,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: user.username,
      KAFKA_SASL_PASSWORD: user.password,
    },
  }
}

/** Starts a Cassandra with the user that it makes at its first start, who may do everything. */
export async function securedCassandra(): Promise<Secured> {
  const { certificate, ...server } = await start('cassandra', startCassandra)
  return {
    ...server,
    environment: {
      CASSANDRA_CONTACT_POINTS: `${certificate.host}:${server.port}`,
      CASSANDRA_TLS: 'true',
      CASSANDRA_TLS_CA_FILE: certificate.caFile,
      CASSANDRA_USERNAME: 'cassandra',
      CASSANDRA_PASSWORD: 'cassandra',
    },
  }
}

async function start(
  name: string,
  launch: (port: number, options: InfrastructureOptions, certificate: Certificate) => Promise<Supervisor>,
): Promise<{ port: number; certificate: Certificate } & AsyncDisposable> {
  const running = new AsyncDisposableStack()
  try {
    const dataDir = await mkdtemp(join(tmpdir(), `chat-battle-secured-${name}-`))
    running.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))
    const cacheDir = join(readLocalSettings(process.env).DATA_DIR, 'cache')
    const log = () => undefined
    const record = new RunRecord(dataDir)
    await record.claim(log)
    running.defer(() => record.release())
    const certificate = await createCertificate(join(dataDir, 'tls'), 'localhost')
    const port = await freePort()
    const server = await launch(port, { record, logDir: dataDir, log, dataDir, cacheDir }, certificate)
    running.defer(() => server.stop(5000))
    return { port, certificate, [Symbol.asyncDispose]: () => running.disposeAsync() }
  } catch (error) {
    await running.disposeAsync()
    throw error
  }
}
