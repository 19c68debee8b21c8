import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { channelStatusRecord, type ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { channelStatsTopic, channelStatusTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaSettings, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { readValues, type ValueListeners } from '@chat-battle/runtime/kafka/value-reader'
import type { z } from 'zod'

export interface ViewListeners {
  onStats: (stats: ChannelStats) => void
  onStatus: (status: ChannelStatusRecord) => void
  /** Nothing is known any more of a channel that nobody wants, since `atMs` (epoch ms). */
  onStatusDeleted: (login: string, atMs: number) => void
}

export interface ViewReader extends AsyncDisposable {
  readonly caughtUp: Promise<unknown>
  lag(): number
  /** When each of the topics was last heard of, at the latest, by `performance.now()`. */
  heardAtMs(): number
}

/** Reads what the gateway shows: all statistics and all statuses. */
export async function readView(
  kafka: KafkaClient,
  settings: KafkaSettings,
  logger: Logger,
  deadLetters: DeadLetters,
  listeners: ViewListeners,
): Promise<ViewReader> {
  const read = <T>(topic: string, schema: z.ZodType<T>, on: Omit<ValueListeners<T>, 'onDeadLetter'>) =>
    readValues(kafka, prefixed(settings, topic), schema, logger, { ...on, onDeadLetter: deadLetters.keep })
  const readers = [
    await read(channelStatusTopic.name, channelStatusRecord, {
      onValue: listeners.onStatus,
      onDeleted: ({ key, appendedAtMs }) => listeners.onStatusDeleted(key, appendedAtMs),
    }),
    await read(channelStatsTopic.name, channelStats, { onValue: listeners.onStats }),
  ]
  return {
    caughtUp: Promise.all(readers.map(({ caughtUp }) => caughtUp)),
    lag: () => readers.reduce((sum, reader) => sum + reader.lag(), 0),
    heardAtMs: () => Math.min(...readers.map((reader) => reader.lastContactAtMs())),
    async [Symbol.asyncDispose]() {
      await Promise.all(readers.map((reader) => reader[Symbol.asyncDispose]()))
    },
  }
}
