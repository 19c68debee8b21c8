import type { Kafka } from 'kafkajs'
import { statsKey, type ChannelStats } from '@chat-battle/contracts/channel-stats'
import { channelStatsTopic } from '@chat-battle/contracts/topics'
import { prefixed, type KafkaSettings } from '@chat-battle/service/kafka'
import type { Logger } from '@chat-battle/service/logger'

const maxFramesPerRequest = 200

/** Sends frames to `channel-stats`. While a request is under way, or Kafka away, only the newest of each window is kept. */
export interface FrameSender extends AsyncDisposable {
  offer(stats: ChannelStats): void
  /** Forgets what has not been sent. */
  clear(): void
}

/** `maySend` is asked before every request: a processor that may have lost its partitions holds back. */
export async function createFrameSender(
  kafka: Kafka,
  settings: KafkaSettings,
  logger: Logger,
  maySend: () => boolean,
): Promise<FrameSender> {
  const topic = prefixed(settings, channelStatsTopic.name)
  const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 })
  await producer.connect()
  const waiting = new Map<string, ChannelStats>()
  let sending: Promise<void> | undefined

  const send = async () => {
    while (waiting.size > 0) {
      const frames = [...waiting].slice(0, maxFramesPerRequest)
      for (const [key] of frames) waiting.delete(key)
      if (!maySend()) continue
      const messages = frames.map(([key, stats]) => ({ key, value: JSON.stringify(stats) }))
      await producer.send({ topic, messages, acks: -1 }).catch((error: unknown) => {
        logger.warn({ err: error, frames: frames.length }, 'frames were not sent; the next ones replace them')
      })
    }
  }

  return {
    offer(stats) {
      waiting.set(statsKey(stats), stats)
      sending ??= send().finally(() => (sending = undefined))
    },
    clear: () => waiting.clear(),
    async [Symbol.asyncDispose]() {
      await sending
      await producer.disconnect()
    },
  }
}
