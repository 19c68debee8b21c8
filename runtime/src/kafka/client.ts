import {
  Kafka,
  logLevel,
  Partitioners,
  type Consumer,
  type LogEntry,
  type Producer,
  type ProducerConfig,
  type SASLOptions,
} from 'kafkajs'
import { z } from 'zod'
import type { Logger } from '../process/logger.ts'
import { persistently } from './persistently.ts'
import { certificateFile, flag, list } from '../process/settings.ts'

/** How every service reaches Kafka. */
export const kafkaSettings = {
  KAFKA_BROKERS: list.default(['127.0.0.1:9092']),
  /** In front of every topic, group and transactional id, where several installations share a cluster. */
  KAFKA_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{0,64}$/, 'expected letters, digits, dots, dashes')
    .default(''),
  KAFKA_TLS: flag.default(false),
  KAFKA_TLS_CA_FILE: certificateFile.optional(),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().default(''),
  KAFKA_SASL_PASSWORD: z.string().default(''),
}

export type KafkaSettings = z.infer<z.ZodObject<typeof kafkaSettings>>

/** The name of a topic, group or transactional id in this installation. */
export function prefixed(settings: Pick<KafkaSettings, 'KAFKA_PREFIX'>, name: string): string {
  return settings.KAFKA_PREFIX + name
}

function sasl(settings: KafkaSettings): SASLOptions | undefined {
  if (settings.KAFKA_SASL_MECHANISM === undefined) return undefined
  return {
    mechanism: settings.KAFKA_SASL_MECHANISM,
    username: settings.KAFKA_SASL_USERNAME,
    password: settings.KAFKA_SASL_PASSWORD,
  } as SASLOptions
}

const pinoLevels = {
  [logLevel.ERROR]: 'warn',
  [logLevel.WARN]: 'warn',
  [logLevel.INFO]: 'debug',
  [logLevel.DEBUG]: 'trace',
} as const

/**
 * A Kafka client for low latency: its first retry comes after 20 ms, since kafkajs's default of 300 ms would slow down
 * back-to-back transactions, and it goes on retrying for as long as the broker is away. `retries` limits that: kafkajs
 * takes a limit for connecting from here only, and none from a producer, a consumer or an admin.
 */
export function createKafka(
  clientId: string,
  settings: KafkaSettings,
  logger: Logger,
  { retries = Number.MAX_SAFE_INTEGER } = {},
): Kafka {
  const write = ({ level, log: { message, timestamp: _, logger: __, ...details } }: LogEntry) => {
    if (level !== logLevel.NOTHING) logger[pinoLevels[level]]({ kafka: details }, message)
  }
  return new Kafka({
    clientId,
    brokers: settings.KAFKA_BROKERS,
    ssl: settings.KAFKA_TLS && { ca: settings.KAFKA_TLS_CA_FILE },
    sasl: sasl(settings),
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 20, multiplier: 2, maxRetryTime: 1000, retries },
    logLevel: logLevel.INFO,
    logCreator: () => write,
  })
}

/** What a request may hold of one partition's records, below the broker's default limit of 1 MB. */
export const maxRequestBytes = 700_000

/** A producer with one request in flight, whose keys go to the partitions that every Kafka client puts them in. */
export function createProducer(kafka: Kafka, config: ProducerConfig = {}): Producer {
  return kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    ...config,
  })
}

/** A producer that is connected, and has its id if it is idempotent, however long Kafka is away. */
export function connectProducer(
  kafka: Kafka,
  logger: Logger,
  config: ProducerConfig = {},
): Promise<Producer> {
  return persistently('connecting a producer', logger, async () => {
    const producer = createProducer(kafka, config)
    try {
      await producer.connect()
      return producer
    } catch (error) {
      producer.disconnect().catch(() => undefined)
      throw error
    }
  })
}

/** Subscribes a consumer to a topic, from its beginning, however long Kafka is away. Once it runs, kafkajs goes on trying. */
export function subscribe(consumer: Consumer, topic: string, logger: Logger): Promise<void> {
  return persistently(`subscribing to ${topic}`, logger, async () => {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
  })
}
