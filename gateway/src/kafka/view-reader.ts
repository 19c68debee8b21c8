import { channelLive, type ChannelLive } from '@chat-battle/contracts/records/channel-live'
import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { channelStatusRecord, type ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { emoteSetRecord, type EmoteSetRecord } from '@chat-battle/contracts/records/emote-set'
import { momentRecord, type MomentRecord } from '@chat-battle/contracts/records/moment'
import {
  channelLiveTopic,
  channelMomentsTopic,
  channelStatsTopic,
  channelStatusTopic,
  emoteSetsTopic,
  openSummariesTopic,
} from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaSettings, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import {
  readValues,
  type ValueListeners,
  type ValueReaderOptions,
} from '@chat-battle/runtime/kafka/value-reader'
import { allStarted } from '@chat-battle/runtime/process/owned'
import type { z } from 'zod'

export interface ViewListeners {
  onStats: (stats: ChannelStats) => void
  onStatus: (status: ChannelStatusRecord) => void
  /** Ingest deleted the record of a channel without a lease. `atMs`: append time of the deletion, epoch ms. */
  onStatusDeleted: (login: string, atMs: number) => void
  onLive: (live: ChannelLive) => void
  onLiveDeleted: (channelId: string) => void
  /** `appendedAtMs`: epoch ms. */
  onEmoteSet: (record: EmoteSetRecord, appendedAtMs: number) => void
  /** The summary of a window as it is on the topic: most are never read. */
  onSummary: (key: string, value: Buffer | null) => void
  onEmoteSetDeleted: (recordKey: string) => void
  onMoment: (record: MomentRecord) => void
}

export interface ViewReader extends AsyncDisposable {
  readonly caughtUp: Promise<unknown>
  lag(): number
  /** When Kafka last answered for every topic, monotonic ms: the oldest of the topics counts. */
  lastContactAtMs(): number
}

/** Reads the statuses, statistics and emotes of every channel, from the start of their topics. */
export async function readView(
  kafka: KafkaClient,
  settings: KafkaSettings,
  logger: Logger,
  deadLetters: DeadLetters,
  listeners: ViewListeners,
): Promise<ViewReader> {
  await using started = new AsyncDisposableStack()
  const read = async <T>(
    topic: string,
    schema: z.ZodType<T>,
    on: Omit<ValueListeners<T>, 'onDeadLetter'>,
    options?: ValueReaderOptions,
  ) => {
    const listening = { ...on, onDeadLetter: deadLetters.keep }
    return started.use(await readValues(kafka, prefixed(settings, topic), schema, logger, listening, options))
  }
  const statuses = await read(channelStatusTopic.name, channelStatusRecord, {
    onValue: (status) => listeners.onStatus(status),
    onDeleted: ({ key, appendedAtMs }) => listeners.onStatusDeleted(key, appendedAtMs),
  })
  // The other views keep what belongs to joined channels.
  await statuses.caughtUp
  const others = await allStarted([
    // One writer at a time, whose revisions grow.
    read(
      channelStatsTopic.name,
      channelStats,
      { onValue: (stats) => listeners.onStats(stats) },
      { skipsReplaced: true },
    ),
    read(channelLiveTopic.name, channelLive, {
      onValue: (live) => listeners.onLive(live),
      onDeleted: ({ key }) => listeners.onLiveDeleted(key),
    }),
    readWholeTopic(kafka, prefixed(settings, openSummariesTopic.name), logger, ({ key, value }) =>
      listeners.onSummary(key, value),
    ).then((reader) => started.use(reader)),
    read(emoteSetsTopic.name, emoteSetRecord, {
      onValue: (record, { appendedAtMs }) => listeners.onEmoteSet(record, appendedAtMs),
      onDeleted: ({ key }) => listeners.onEmoteSetDeleted(key),
    }),
    read(channelMomentsTopic.name, momentRecord, {
      onValue: (record) => listeners.onMoment(record),
    }),
  ])
  const readers = [statuses, ...others]
  const owned = started.move()
  return {
    caughtUp: Promise.all(readers.map(({ caughtUp }) => caughtUp)),
    lag: () => readers.reduce((sum, reader) => sum + reader.lag(), 0),
    lastContactAtMs: () => Math.min(...readers.map((reader) => reader.lastContactAtMs())),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
