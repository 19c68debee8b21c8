import { Kafka, logLevel, type LogEntry, type SASLOptions } from 'kafkajs'
import { z } from 'zod'
import type { Logger } from '../process/logger.ts'
import { certificateFile, flag, list } from '../process/settings.ts'

export type { Kafka as KafkaClient } from 'kafkajs'

/** Settings of the connection to Kafka, the same for every service. */
export const kafkaSettings = {
  KAFKA_BROKERS: list
    .default(['127.0.0.1:9092'])
    .describe('Comma-separated brokers. Where it is set, the local start launches no Kafka of its own.'),
  KAFKA_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{0,64}$/, 'expected letters, digits, dots, dashes')
    .default('')
    .describe(
      'Prefix of all topics, groups and transactional ids, for installations that share a cluster. At most 64 characters.',
    ),
  KAFKA_TLS: flag.default(false).describe('true: connections to Kafka are encrypted.'),
  KAFKA_TLS_CA_FILE: certificateFile
    .optional()
    .describe('PEM file with the certificates to trust. Default: those of Node.'),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
    .optional()
    .describe('plain, scram-sha-256 or scram-sha-512. Default: no authentication.'),
  KAFKA_SASL_USERNAME: z.string().default('').describe('User name for SASL.'),
  KAFKA_SASL_PASSWORD: z.string().default('').describe('Password for SASL.'),
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
 * A Kafka client with a first retry after 20 ms: the default of 300 ms slows back-to-back transactions down. It retries for as
 * long as the broker is away, or `retries` times: kafkajs 2.2.4 takes a limit for connecting only here (`src/index.js`).
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
