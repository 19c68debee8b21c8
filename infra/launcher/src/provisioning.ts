import { cassandraSettings } from '@chat-battle/runtime/cassandra/client'
import { createKafka, kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { secretsOf } from '@chat-battle/runtime/process/secrets'
import { readSettings } from '@chat-battle/runtime/process/settings'
import {
  provisionCassandra,
  provisionKafka,
  ProvisionError,
  singleCopy,
} from '@chat-battle/provision/provision'
import { coordinatorsAnswer } from './coordinators.ts'

/** Creates topics and tables, with one copy each, on the servers that `env` names. */
export async function provisionServers(
  env: NodeJS.ProcessEnv,
  { ownsKafka }: { ownsKafka: boolean },
): Promise<void> {
  const environment = { ...process.env, ...env }
  const kafka = readSettings(kafkaSettings, environment)
  const logger = createLogger('provision', 'error', { secrets: secretsOf(kafka) })
  const client = createKafka('provision', kafka, logger, { retries: 10 })
  await provisionKafka(client, { prefix: kafka.KAFKA_PREFIX, replication: 1 }).catch(
    failedOn('Kafka', 'KAFKA_BROKERS', kafka.KAFKA_BROKERS),
  )
  // A cluster of others has its coordinators, and may not let this user describe them.
  if (ownsKafka) await coordinatorsAnswer(client, kafka.KAFKA_PREFIX)
  const cassandra = readSettings(cassandraSettings, environment)
  await provisionCassandra(cassandra, { replication: singleCopy(cassandra) }).catch(
    failedOn('Cassandra', 'CASSANDRA_CONTACT_POINTS', cassandra.CASSANDRA_CONTACT_POINTS),
  )
}

function failedOn(server: string, setting: string, addresses: readonly string[]): (error: Error) => never {
  return (error) => {
    if (error instanceof ProvisionError) throw new UserError(error.message)
    throw new UserError(
      `${server} at ${addresses.join(', ')} could not be set up: ${error.message}; check ${setting} and the settings beside it`,
    )
  }
}
