import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import { connectProducer, maxRequestBytes } from './producer.ts'
import type { Logger } from '../process/logger.ts'

const maxRecordsPerRequest = 200
const retryDelayMs = 500
const askAgainMs = 100

/**
 * Sends records of which only the newest of each key matters; null deletes what the key has. While a request is under way, or
 * Kafka away, newer records replace older ones, so what waits is bounded by the number of keys.
 */
export interface ConflatingProducer extends AsyncDisposable {
  offer(key: string, value: string | null): void
  /** Resolves when the record, or a newer one of its key, was acknowledged. */
  send(key: string, value: string | null): Promise<void>
  /** Forgets what has not been sent. */
  clear(): void
  readonly waiting: number
}

export interface ConflatingProducerOptions {
  topic: string
  logger: Logger
  /** Asked before every request; while it says no, records wait. */
  maySend?: () => boolean
}

export async function createConflatingProducer(
  kafka: Kafka,
  { topic, logger, maySend = () => true }: ConflatingProducerOptions,
): Promise<ConflatingProducer> {
  const producer = await connectProducer(kafka, logger)
  const waiting = new Map<string, string | null>()
  let acknowledgements: { key: string; resolve: () => void }[] = []
  let sending: Promise<void> | undefined
  let isEnding = false

  const acknowledge = (keys: ReadonlySet<string>) => {
    for (const { resolve } of acknowledgements.filter(({ key }) => keys.has(key))) resolve()
    acknowledgements = acknowledgements.filter(({ key }) => !keys.has(key))
  }
  const sendOne = async () => {
    if (!maySend()) {
      if (isEnding) return waiting.clear()
      return delay(askAgainMs)
    }
    const records = takeRequest(waiting)
    const keys = new Set(records.map(([key]) => key))
    try {
      await producer.send({ topic, messages: records.map(([key, value]) => ({ key, value })), acks: -1 })
      acknowledge(keys)
    } catch (error) {
      logger.warn({ err: error, topic, records: records.length }, 'records were not sent; trying again')
      for (const [key, value] of records) if (!waiting.has(key)) waiting.set(key, value)
      await delay(retryDelayMs)
    }
  }
  const sendAll = async () => {
    while (waiting.size > 0) await sendOne()
  }
  const offer = (key: string, value: string | null) => {
    waiting.set(key, value)
    sending ??= sendAll().finally(() => (sending = undefined))
  }

  return {
    offer,
    send: (key, value) =>
      new Promise((resolve) => {
        acknowledgements.push({ key, resolve })
        offer(key, value)
      }),
    clear: () => waiting.clear(),
    get waiting() {
      return waiting.size
    },
    async [Symbol.asyncDispose]() {
      isEnding = true
      await sending
      await producer.disconnect()
    },
  }
}

/** Takes the oldest of what waits, as much as one request holds, and at least one record. */
function takeRequest(waiting: Map<string, string | null>): [key: string, value: string | null][] {
  const records: [string, string | null][] = []
  let bytes = 0
  for (const record of waiting) {
    bytes += Buffer.byteLength(record[0]) + Buffer.byteLength(record[1] ?? '')
    if (records.length > 0 && (bytes > maxRequestBytes || records.length === maxRecordsPerRequest)) break
    records.push(record)
    waiting.delete(record[0])
  }
  return records
}
