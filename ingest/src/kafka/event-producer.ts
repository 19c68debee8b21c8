import type { KafkaClient } from '@chat-battle/runtime/kafka/client'
import { connectProducer, maxRequestBytes, type KafkaProducer } from '@chat-battle/runtime/kafka/producer'
import type { Logger } from '@chat-battle/runtime/process/logger'

/** Time in which events gather before they are sent together. */
const lingerMs = 5
const retryDelayMs = 200
/** What a waiting event takes beside its text: the objects around it. */
const overheadBytes = 250

interface WaitingEvent {
  key: string
  value: Buffer
  login: string
  isTick: boolean
  atMs: number
}

/** What was dropped of a channel while Kafka was away; times are by the clock. */
export interface Dropped {
  login: string
  from: number
  to: number
  count: number
}

export interface EventProducer extends AsyncDisposable {
  /**
   * `isTick`: the event claims that everything before it was sent. It is dropped as well when an event of its channel was
   * dropped since the tick before it.
   */
  send(key: string, value: string, login: string, isTick?: boolean): void
  readonly bufferedBytes: number
  /** When the oldest event was handed over that Kafka has not acknowledged, in ms by the clock; undefined when it has all. */
  readonly oldestWaitingAtMs: number | undefined
}

export interface EventProducerOptions {
  topic: string
  /** What may wait. Beyond it the oldest events are dropped, and told to `onDropped` when Kafka is back. */
  maxBufferBytes: number
  logger: Logger
  /** In ms, by which it tells since when what waits, and what was dropped when. */
  clock: () => number
  /** Told when the broker appended events, epoch ms, and how long the request for it was under way. */
  onAppended: (appendMs: number, transitMs: number) => void
  onDropped: (dropped: readonly Dropped[]) => void
}

/**
 * Sends events in their order, acknowledged by all replicas, with exactly one request in flight: with two, the idempotent
 * producer of kafkajs lost one and doubled the other when a response was lost.
 */
export async function createEventProducer(
  kafka: KafkaClient,
  options: EventProducerOptions,
): Promise<EventProducer> {
  const { topic, maxBufferBytes, logger } = options
  const waiting: WaitingEvent[] = []
  const dropped = new Map<string, Dropped>()
  /** Channels whose next tick would claim what was dropped. */
  const uncovered = new Set<string>()
  let head = 0
  let bufferedBytes = 0
  const connect = () => connectProducer(kafka, logger, { idempotent: true })
  let producer: KafkaProducer = await connect()
  let sending: Promise<void> | undefined
  let oldestInFlightAtMs: number | undefined

  const take = (): WaitingEvent | undefined => {
    const event = waiting[head]
    if (event === undefined) return undefined
    head++
    bufferedBytes -= sizeOf(event)
    if (head > 1024 && head * 2 > waiting.length) {
      waiting.splice(0, head)
      head = 0
    }
    return event
  }
  const takeBatch = (): WaitingEvent[] => {
    const batch: WaitingEvent[] = []
    for (let bytes = 0; bytes < maxRequestBytes;) {
      const event = take()
      if (event === undefined) break
      if (event.isTick && uncovered.delete(event.login)) continue
      batch.push(event)
      bytes += sizeOf(event)
    }
    return batch
  }
  const dropOldest = () => {
    const event = take()
    if (event === undefined) return
    const { login, atMs, isTick } = event
    if (isTick) uncovered.delete(login)
    else uncovered.add(login)
    const known = dropped.get(login)
    dropped.set(login, { login, from: known?.from ?? atMs, to: atMs, count: (known?.count ?? 0) + 1 })
  }
  const reportDropped = () => {
    if (dropped.size === 0) return
    options.onDropped([...dropped.values()])
    dropped.clear()
  }
  const sendBatch = async (batch: readonly WaitingEvent[]): Promise<void> => {
    for (;;) {
      try {
        const sentMs = performance.now()
        const messages = batch.map(({ key, value }) => ({ key, value }))
        const [appended] = await producer.send({ topic, acks: -1, messages })
        const appendMs = Number(appended?.logAppendTime ?? -1)
        // Kafka's -1 is that of a topic that is not stamped by the broker.
        if (appendMs >= 0) options.onAppended(appendMs, performance.now() - sentMs)
        return
      } catch (error) {
        // Only errors that no retry mends come here. A new producer sends again: a double is known by its id, a loss is not.
        logger.warn(
          { err: error, events: batch.length },
          'events were not sent; trying again with a new producer',
        )
        producer.disconnect().catch(() => undefined)
        await delay(retryDelayMs)
        producer = await connect()
      }
    }
  }
  const sendAll = async () => {
    while (head < waiting.length) {
      await delay(lingerMs)
      const batch = takeBatch()
      if (batch.length === 0) break
      oldestInFlightAtMs = batch[0]?.atMs
      await sendBatch(batch)
      oldestInFlightAtMs = undefined
      reportDropped()
    }
  }

  return {
    send(key, value, login, isTick = false) {
      const event = { key, value: Buffer.from(value), login, isTick, atMs: options.clock() }
      waiting.push(event)
      bufferedBytes += sizeOf(event)
      while (bufferedBytes > maxBufferBytes) dropOldest()
      sending ??= sendAll().finally(() => (sending = undefined))
    },
    get bufferedBytes() {
      return bufferedBytes
    },
    get oldestWaitingAtMs() {
      return oldestInFlightAtMs ?? waiting[head]?.atMs
    },
    async [Symbol.asyncDispose]() {
      await sending
      await producer.disconnect()
    },
  }
}

function sizeOf({ key, value }: WaitingEvent): number {
  return key.length + value.length + overheadBytes
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
