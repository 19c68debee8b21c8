import { channelStatusRecord, type ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { channelStatusTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaSettings, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { TopicReader } from '@chat-battle/runtime/kafka/topic-reader'
import { readValues } from '@chat-battle/runtime/kafka/value-reader'

export interface StatusListeners {
  /** `writtenAtMs`: the broker's append time, epoch ms. */
  onStatus: (status: ChannelStatusRecord, writtenAtMs: number) => void
  /** Nothing is known of the channel any more. */
  onDeleted: (login: string) => void
}

/** Reads every status, of whichever ingest. */
export function readStatuses(
  kafka: KafkaClient,
  settings: KafkaSettings,
  logger: Logger,
  deadLetters: DeadLetters,
  { onStatus, onDeleted }: StatusListeners,
): Promise<TopicReader> {
  const topic = prefixed(settings, channelStatusTopic.name)
  return readValues(kafka, topic, channelStatusRecord, logger, {
    onValue: (status, { appendedAtMs }) => onStatus(status, appendedAtMs),
    onDeleted: ({ key }) => onDeleted(key),
    onDeadLetter: deadLetters.keep,
  })
}
