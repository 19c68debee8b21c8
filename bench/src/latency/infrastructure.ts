import { startCassandra, startKafka, together } from '@chat-battle/launcher/infrastructure'
import type { SupervisorOptions } from '@chat-battle/launcher/supervisor'
import { provisionCassandra, provisionKafka, singleCopy } from '@chat-battle/provision/provision'
import { cassandraSettings } from '@chat-battle/runtime/cassandra/client'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { createKafka, kafkaSettings, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'
import { openDataFolder } from '../data-folder.ts'

/** The topics and tables of one installation. */
export interface Installation {
  kafka: KafkaSettings
  /** What its services need to reach it. */
  env: Record<string, string>
  supervision: SupervisorOptions
}

/** Kafka and Cassandra that nothing else uses. */
export interface Infrastructure extends AsyncDisposable {
  provision(): Promise<Installation>
}

export async function startInfrastructure(): Promise<Infrastructure> {
  await using stack = new AsyncDisposableStack()
  const options = await openDataFolder(stack)
  const [kafkaPort, cassandraPort] = [await freePort(), await freePort()]
  const servers = await together([startKafka(kafkaPort, options), startCassandra(cassandraPort, options)])
  for (const server of servers) stack.defer(() => server.stop(10_000))
  const owned = stack.move()
  let installations = 0
  return {
    async provision() {
      const name = `bench${++installations}`
      const env = {
        KAFKA_BROKERS: `127.0.0.1:${kafkaPort}`,
        KAFKA_PREFIX: `${name}.`,
        CASSANDRA_CONTACT_POINTS: `127.0.0.1:${cassandraPort}`,
        CASSANDRA_KEYSPACE: name,
      }
      return { ...(await provision(env)), env, supervision: options }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function provision(env: Record<string, string>): Promise<{ kafka: KafkaSettings }> {
  const kafka = readSettings(kafkaSettings, env)
  const client = createKafka('bench', kafka, createLogger('bench', 'error'))
  await provisionKafka(client, { prefix: kafka.KAFKA_PREFIX, replication: 1 })
  const cassandra = readSettings(cassandraSettings, env)
  await provisionCassandra(cassandra, { replication: singleCopy(cassandra) })
  return { kafka }
}
