import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { topics } from '@chat-battle/contracts/records/topics'
import { windowMs } from '@chat-battle/contracts/window'
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
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { createDeadLetters, type DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { readSettings } from '@chat-battle/runtime/process/settings'
import { provisionCassandra, provisionKafka, singleCopy } from '@chat-battle/provision/provision'

const untilMs = 50_000

function given(name: string): void {
  if (process.env[name] === undefined) throw new Error(`${name} is not set: run the tests by \`pnpm test\``)
}

/** An installation of the test's own on the Kafka that the tests run with: its topics, under a prefix. */
export async function testInstallation(): Promise<
  { kafka: KafkaClient; settings: KafkaSettings; logger: Logger; deadLetters: DeadLetters } & AsyncDisposable
> {
  given('KAFKA_BROKERS')
  const prefix = `t${randomUUID().slice(0, 8)}.`
  const settings = { ...readSettings(kafkaSettings, process.env), KAFKA_PREFIX: prefix }
  const logger = createLogger('test', process.env.LOG_LEVEL ?? 'fatal')
  const kafka = createKafka('test', settings, logger)
  await provisionKafka(kafka, { prefix, replication: 1 })
  const deadLetters = await createDeadLetters(kafka, {
    settings,
    logger,
    registry: createRegistry(),
    reader: 'test',
  })
  return {
    kafka,
    settings,
    logger,
    deadLetters,
    async [Symbol.asyncDispose]() {
      await deadLetters[Symbol.asyncDispose]()
      const admin = kafka.admin()
      await admin.connect()
      await admin.deleteTopics({ topics: topics.map(({ name }) => prefix + name) })
      await admin.disconnect()
    },
  }
}

/** A keyspace of the test's own on the Cassandra that the tests run with. */
export async function testKeyspace(): Promise<{ settings: CassandraSettings } & AsyncDisposable> {
  given('CASSANDRA_CONTACT_POINTS')
  const settings = {
    ...readSettings(cassandraSettings, process.env),
    CASSANDRA_KEYSPACE: `t${randomUUID().slice(0, 8)}`,
  }
  await provisionCassandra(settings, { replication: singleCopy(settings) })
  return {
    settings,
    async [Symbol.asyncDispose]() {
      const client = createCassandra(settings, { withKeyspace: false })
      await client.connect()
      await client.execute(`DROP KEYSPACE ${settings.CASSANDRA_KEYSPACE}`, [], { prepare: false })
      await client.shutdown()
    },
  }
}

/** Waits until `condition` returns a truthy value, and returns it; after `withinMs` throws an error that names `what`. */
export async function until<T>(
  condition: () => T | Promise<T>,
  what: string,
  withinMs = untilMs,
): Promise<NonNullable<T>> {
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > deadlineMs) throw new Error(`not within ${withinMs / 1000} s: ${what}`)
    await delay(20)
  }
}

/**
 * Waits, where need be, until the current window lasts `leftMs` more, and `atMostMs` at most: figures held against a count begin
 * again with it.
 */
export async function windowLasts(leftMs: number, atMostMs = windowMs): Promise<void> {
  const fits = () => {
    const lastsMs = windowMs - (Date.now() % windowMs)
    return lastsMs > leftMs && lastsMs <= atMostMs
  }
  await until(fits, 'a window that lasts as long as is needed', windowMs + 1000)
}
