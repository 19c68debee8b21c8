import type { Kafka } from 'kafkajs'
import { channelStatusRecord, type ChannelStatusRecord } from '@chat-battle/contracts/channel-status'
import { channelStatusTopic } from '@chat-battle/contracts/topics'
import { prefixed, type KafkaSettings } from '@chat-battle/service/kafka'
import type { Logger } from '@chat-battle/service/logger'
import type { PoisonKeeper } from '@chat-battle/service/poison'
import type { TopicReader } from '@chat-battle/service/topic-reader'
import { readValues } from '@chat-battle/service/value-reader'

export interface StatusListeners {
  /** `writtenAtMs`: the broker's append time, epoch ms. */
  onStatus: (status: ChannelStatusRecord, writtenAtMs: number) => void
  /** Nothing is known of the channel any more. */
  onDeleted: (login: string) => void
}

/** Reads every status, of whichever ingest. */
export function readStatuses(
  kafka: Kafka,
  settings: KafkaSettings,
  logger: Logger,
  poison: PoisonKeeper,
  { onStatus, onDeleted }: StatusListeners,
): Promise<TopicReader> {
  const topic = prefixed(settings, channelStatusTopic.name)
  return readValues(kafka, topic, channelStatusRecord, logger, {
    onValue: (status, { appendedAtMs }) => onStatus(status, appendedAtMs),
    onDeleted: ({ key }) => onDeleted(key),
    onPoison: poison.keep,
  })
}
