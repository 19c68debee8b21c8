import type { Kafka, Producer } from 'kafkajs'
import { createProducer, maxRequestBytes } from './producer.ts'

/** What a record takes in a request beside its key and value. */
const overheadBytes = 64

interface KeyedRecord {
  key: string
  value: Buffer | null
}

interface TopicWrite {
  topic: string
  /** Absent: by key. */
  partition?: number
  records: readonly KeyedRecord[]
}

export interface TransactionalProducer {
  /** Writes everything in one transaction. Rejects when another producer with this id has started. */
  write(writes: readonly TopicWrite[]): Promise<void>
  close(): Promise<void>
}

export interface TransactionalProducerOptions {
  transactionalId: string
  /** The broker aborts a transaction that is open for longer. */
  transactionTimeoutMs: number
}

/** Opens a transactional producer, which fences the previous one with the same id and aborts its open transaction. */
export async function openTransactionalProducer(
  kafka: Kafka,
  { transactionalId, transactionTimeoutMs }: TransactionalProducerOptions,
): Promise<TransactionalProducer> {
  const producer = createProducer(kafka, {
    transactionalId,
    transactionTimeout: transactionTimeoutMs,
    idempotent: true,
  })
  const close = () => producer.disconnect()
  try {
    await producer.connect()
  } catch (error) {
    close().catch(() => undefined)
    throw error
  }
  return { write: (writes) => writeInTransaction(producer, writes), close }
}

async function writeInTransaction(producer: Producer, writes: readonly TopicWrite[]): Promise<void> {
  const transaction = await producer.transaction()
  try {
    for (const { topic, partition, records } of writes) {
      for (const request of splitBySize(records)) {
        const messages = request.map((record) => ({ ...record, partition }))
        await transaction.send({ topic, messages })
      }
    }
    await transaction.commit()
  } catch (error) {
    // The next producer with this id, or the broker's timeout, aborts a transaction that is still open.
    if (transaction.isActive()) await transaction.abort().catch(() => undefined)
    throw error
  }
}

/** Splits records into requests of at most `maxRequestBytes`; a larger record goes alone. */
function splitBySize(records: readonly KeyedRecord[]): KeyedRecord[][] {
  const requests: KeyedRecord[][] = []
  let bytes = Infinity
  for (const record of records) {
    const size = record.key.length + (record.value?.length ?? 0) + overheadBytes
    if (bytes + size > maxRequestBytes) {
      requests.push([])
      bytes = 0
    }
    requests.at(-1)?.push(record)
    bytes += size
  }
  return requests
}
