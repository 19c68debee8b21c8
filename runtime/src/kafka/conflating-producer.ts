import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka, Producer } from 'kafkajs'
import type { Logger } from '../process/logger.ts'
import { connectProducer, maxRequestBytes } from './producer.ts'

const maxRecordsPerRequest = 200
const retryDelayMs = 500
const maySendPollMs = 100

export interface ConflatingProducerOptions {
  topic: string
  logger: Logger
  /** Checked before each request; records wait while it is false. */
  maySend?: () => boolean
  /** Requests in flight at the same time, 1 by default. A key is never in two of them, so its records keep their order. */
  maxInFlight?: number
}

/** The newest record of a key, and who waits for it. */
interface WaitingRecord {
  value: string | null
  acknowledge: (() => void)[]
}

/**
 * Sends the newest record of each key; a null value is a tombstone. Newer records replace older ones that wait, so the number of
 * keys bounds what waits while Kafka is away.
 */
export interface ConflatingProducer extends AsyncDisposable {
  /** Records that wait for a request. */
  readonly waiting: number
  offer(key: string, value: string | null): void
  /** Offers records together: they share requests, which the first one alone would not wait for. */
  offerAll(records: Iterable<readonly [key: string, value: string | null]>): void
  /** Resolves when the broker acknowledged this record or a newer one of its key. */
  send(key: string, value: string | null): Promise<void>
  /** Drops the records that wait, and does not retry those in flight. */
  clear(): void
}

/** Connects the producer, also when Kafka is away for long. Its disposal waits until everything is sent, or may not be sent. */
export async function createConflatingProducer(
  kafka: Kafka,
  options: ConflatingProducerOptions,
): Promise<ConflatingProducer> {
  const complete = { maySend: () => true, maxInFlight: 1, ...options }
  const { logger, maxInFlight } = complete
  const producer = await connectProducer(kafka, logger, { maxInFlightRequests: maxInFlight })
  return new RecordConflater(producer, complete)
}

class RecordConflater implements ConflatingProducer {
  readonly #producer: Producer
  readonly #options: Required<ConflatingProducerOptions>
  readonly #waiting = new Map<string, WaitingRecord>()
  /** Keys of the requests in flight. Their newer records wait, since requests may overtake each other. */
  readonly #inFlight = new Set<string>()
  readonly #requests = new Set<Promise<void>>()
  #soon: NodeJS.Immediate | undefined
  #clears = 0
  #isEnding = false

  constructor(producer: Producer, options: Required<ConflatingProducerOptions>) {
    this.#producer = producer
    this.#options = options
  }

  get waiting(): number {
    return this.#waiting.size
  }

  offer(key: string, value: string | null): void {
    this.offerAll([[key, value]])
  }

  offerAll(records: Iterable<readonly [key: string, value: string | null]>): void {
    for (const [key, value] of records) this.#put(key, { value, acknowledge: [] })
    this.#send()
  }

  send(key: string, value: string | null): Promise<void> {
    return new Promise((resolve) => {
      this.#put(key, { value, acknowledge: [resolve] })
      this.#send()
    })
  }

  clear(): void {
    this.#clears++
    this.#waiting.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true
    while (this.#requests.size > 0) await Promise.all(this.#requests)
    await this.#producer.disconnect()
  }

  /** Replaces the record of the key that waits; whoever waits for that one waits for this one. */
  #put(key: string, { value, acknowledge }: WaitingRecord): void {
    const older = this.#waiting.get(key)?.acknowledge ?? []
    this.#waiting.set(key, { value, acknowledge: [...older, ...acknowledge] })
  }

  #send(): void {
    if (this.#requests.size === 0) return this.#startRequest()
    // Not at once: records that are offered in the same turn share a request.
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined
      this.#startRequest()
    })
  }

  #startRequest(): void {
    if (this.#requests.size >= this.#options.maxInFlight) return
    const request = this.#options.maySend() ? this.#sendWaiting() : this.#holdBack()
    if (request === undefined) return
    this.#requests.add(request)
    void request.finally(() => {
      this.#requests.delete(request)
      this.#startRequest()
    })
  }

  #holdBack(): Promise<void> | undefined {
    if (this.#isEnding) this.#waiting.clear()
    // Any request under way checks again when it ends.
    if (this.#waiting.size === 0 || this.#requests.size > 0) return undefined
    return delay(maySendPollMs)
  }

  #sendWaiting(): Promise<void> | undefined {
    const records = this.#takeRecords()
    return records.size === 0 ? undefined : this.#request(records, this.#clears)
  }

  async #request(records: ReadonlyMap<string, WaitingRecord>, clears: number): Promise<void> {
    const { topic, logger } = this.#options
    try {
      const messages = [...records].map(([key, { value }]) => ({ key, value }))
      await this.#producer.send({ topic, messages, acks: -1 })
      for (const { acknowledge } of records.values()) for (const resolve of acknowledge) resolve()
    } catch (error) {
      logger.warn({ err: error, topic, records: records.size }, 'records were not sent, retrying')
      if (clears === this.#clears) this.#putBack(records)
      await delay(retryDelayMs)
    } finally {
      for (const key of records.keys()) this.#inFlight.delete(key)
    }
  }

  /** Takes the oldest records that one request holds, at least one, of keys that are not in flight. */
  #takeRecords(): Map<string, WaitingRecord> {
    const records = new Map<string, WaitingRecord>()
    let bytes = 0
    for (const [key, record] of this.#waiting) {
      if (this.#inFlight.has(key)) continue
      bytes += Buffer.byteLength(key) + Buffer.byteLength(record.value ?? '')
      if (records.size > 0 && (bytes > maxRequestBytes || records.size === maxRecordsPerRequest)) break
      records.set(key, record)
      this.#waiting.delete(key)
      this.#inFlight.add(key)
    }
    return records
  }

  /** Lets records wait again, as the oldest ones, unless a newer one of their key waits already. */
  #putBack(records: ReadonlyMap<string, WaitingRecord>): void {
    const newer = [...this.#waiting]
    this.#waiting.clear()
    for (const [key, record] of records) this.#waiting.set(key, record)
    for (const [key, record] of newer) this.#put(key, record)
  }
}
