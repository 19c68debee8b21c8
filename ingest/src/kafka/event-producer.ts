import { setTimeout as delay } from 'node:timers/promises'
import type { KafkaClient } from '@chat-battle/runtime/kafka/client'
import { connectProducer, maxRequestBytes, type KafkaProducer } from '@chat-battle/runtime/kafka/producer'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { EventBuffer, type Dropped, type EventRole, type WaitingEvent } from './event-buffer.ts'

/** Lets the events of one read gather. Those that arrive during a request gather anyway, for the next one. */
const lingerMs = 1
const retryDelayMs = 200

export interface EventProducerOptions {
  topic: string
  /** How much may wait for Kafka. Beyond it the oldest events are dropped, and `onDropped` reports them when Kafka is back. */
  maxBufferBytes: number
  logger: Logger
  /** Monotonic ms. */
  clock: () => number
  /** The broker appended events at `appendMs`, epoch ms. The request took `transitMs`. */
  onAppended: (appendMs: number, transitMs: number) => void
  onDropped: (dropped: readonly Dropped[]) => void
}

/**
 * Sends events in their order, acknowledged by all replicas, with exactly one request in flight. With two, the idempotent
 * producer of kafkajs 2.2.4 lost one event and doubled another when a response was lost.
 */
export class EventProducer implements AsyncDisposable {
  readonly #kafka: KafkaClient
  readonly #options: EventProducerOptions
  readonly #buffer: EventBuffer
  #producer: KafkaProducer
  #sending: Promise<void> | undefined
  #oldestInFlightAtMs: number | undefined

  private constructor(kafka: KafkaClient, options: EventProducerOptions, producer: KafkaProducer) {
    this.#kafka = kafka
    this.#options = options
    this.#producer = producer
    this.#buffer = new EventBuffer(options.maxBufferBytes)
  }

  static async connect(kafka: KafkaClient, options: EventProducerOptions): Promise<EventProducer> {
    return new EventProducer(kafka, options, await connect(kafka, options.logger))
  }

  send(key: string, value: string, login: string, role: EventRole = 'chat'): void {
    this.#buffer.add({ key, value: Buffer.from(value), login, role, atMs: this.#options.clock() })
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined))
  }

  get bufferedBytes(): number {
    return this.#buffer.bytes
  }

  /** Since when the oldest event that Kafka has not acknowledged waits, monotonic ms; undefined: Kafka has all. */
  get oldestWaitingAtMs(): number | undefined {
    return this.#oldestInFlightAtMs ?? this.#buffer.oldest?.atMs
  }

  /** How long the oldest event has been waiting, in ms; 0: Kafka has all. */
  get waitingForMs(): number {
    const nowMs = this.#options.clock()
    return nowMs - (this.oldestWaitingAtMs ?? nowMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sending
    await this.#producer.disconnect()
  }

  async #sendAll(): Promise<void> {
    while (!this.#buffer.isEmpty) {
      await delay(lingerMs)
      const batch = this.#buffer.takeBatch(maxRequestBytes)
      if (batch.length === 0) break
      this.#oldestInFlightAtMs = batch[0]?.atMs
      await this.#sendBatch(batch)
      this.#oldestInFlightAtMs = undefined
      const dropped = this.#buffer.takeDropped()
      if (dropped.length > 0) this.#options.onDropped(dropped)
    }
  }

  async #sendBatch(batch: readonly WaitingEvent[]): Promise<void> {
    const { topic, logger, onAppended } = this.#options
    const messages = batch.map(({ key, value }) => ({ key, value }))
    for (;;) {
      try {
        const sentMs = performance.now()
        const [appended] = await this.#producer.send({ topic, acks: -1, messages })
        const appendMs = Number(appended?.logAppendTime ?? -1)
        // Kafka answers -1 for a topic without broker timestamps.
        if (appendMs >= 0) onAppended(appendMs, performance.now() - sentMs)
        return
      } catch (error) {
        // kafkajs retries the rest. A new producer sends again: readers drop doubles by message id, a loss would be final.
        logger.warn({ err: error, events: batch.length }, 'events not sent, trying again with a new producer')
        this.#producer.disconnect().catch(() => undefined)
        await delay(retryDelayMs)
        this.#producer = await connect(this.#kafka, logger)
      }
    }
  }
}

function connect(kafka: KafkaClient, logger: Logger): Promise<KafkaProducer> {
  return connectProducer(kafka, logger, { idempotent: true })
}
