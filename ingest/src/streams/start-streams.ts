import { channelLive, type ChannelLive } from '@chat-battle/contracts/records/channel-live'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { channelLiveTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { readValues } from '@chat-battle/runtime/kafka/value-reader'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { TwitchClock } from '../clock/twitch-clock.ts'
import type { SteadyClock } from '../clock/steady-clock.ts'
import type { IngestConfig } from '../config.ts'
import type { EventProducer } from '../kafka/event-producer.ts'
import type { Membership } from '../membership/membership.ts'
import type { IngestMetrics } from '../metrics.ts'
import { applicationTokens } from '../twitch/auth.ts'
import { LiveStates } from './live-states.ts'
import { StreamPoller } from './stream-poller.ts'
import { TwitchApi, type ApiFailed, type StreamsByChannel } from './twitch-api.ts'

const tickEveryMs = 1000

export interface StreamParts {
  logger: Logger
  metrics: Pick<IngestMetrics, 'apiRequests'>
  deadLetters: DeadLetters
  membership: Pick<Membership, 'joined'>
  twitchClock: Pick<TwitchClock, 'now' | 'skewMs'>
  time: Pick<SteadyClock, 'nowMs'>
  producer: Pick<EventProducer, 'oldestWaitingAtMs'>
  /** Monotonic ms. */
  monotonicMs: () => number
  send: (event: ChatEvent) => void
}

/** Without an application there is nothing to read, and nothing fails. */
const noStreams = { failingForMs: 0 }

/**
 * Reads viewers, titles and categories of the joined channels from Twitch's API, by the application's credentials, until `owned` is
 * disposed of.
 */
export async function startStreams(
  owned: AsyncDisposableStack,
  kafka: KafkaClient,
  config: IngestConfig,
  parts: StreamParts,
  { streamPeriodMs }: { streamPeriodMs?: number },
): Promise<Pick<StreamPoller, 'failingForMs'>> {
  const { application, TWITCH_API_URL: apiUrl, TWITCH_AUTH_URL: authUrl } = config
  if (application === undefined) return noStreams
  const { membership, twitchClock, time, producer, monotonicMs } = parts
  const states = new LiveStates()
  const liveTopic = await openLiveTopic(owned, kafka, config, { ...parts, states })
  const tokens = applicationTokens(authUrl, application)
  const api = new TwitchApi({ apiUrl, clientId: application.clientId, tokens, nowMs: time.nowMs })
  const poller = new StreamPoller({
    nowMs: () => time.nowMs() + (twitchClock.skewMs ?? 0),
    monotonicMs,
    channels: () => Array.from(membership.joined(), ({ channelId }) => channelId),
    read: (ids, signal) => api.streams(ids, signal),
    onAnswer: (streams) => noteAnswer(streams, states, parts),
    ...reportsOf(parts),
    ...(streamPeriodMs !== undefined && { periodMs: streamPeriodMs }),
  })
  const publishSent = () => liveTopic.publish(states.takeSent(producer.oldestWaitingAtMs))
  owned.defer(publishSent)
  owned.defer(() => poller.stop())
  const tick = () => {
    poller.tick()
    publishSent()
  }
  owned.adopt(setInterval(tick, tickEveryMs), clearInterval)
  return poller
}

interface LiveTopic {
  publish(records: readonly ChannelLive[]): void
}

/** Writes answers to `channel-live`, and reads those of every ingest. Resolves when the whole topic was read. */
async function openLiveTopic(
  owned: AsyncDisposableStack,
  kafka: KafkaClient,
  settings: KafkaSettings,
  { logger, deadLetters, states }: Pick<StreamParts, 'logger' | 'deadLetters'> & { states: LiveStates },
): Promise<LiveTopic> {
  const topic = prefixed(settings, channelLiveTopic.name)
  const producer = owned.use(await createConflatingProducer(kafka, { topic, logger }))
  const reader = owned.use(
    await readValues(kafka, topic, channelLive, logger, {
      onValue: (record) => states.take(record),
      onDeleted: ({ key }) => states.forget(key),
      onDeadLetter: deadLetters.keep,
    }),
  )
  await reader.caughtUp
  return {
    publish: (records) =>
      producer.offerAll(records.map((record) => [record.channel_id, JSON.stringify(record)])),
  }
}

/** Sends an event per answered channel that is still joined. Without the channel's time it waits for the next answer. */
function noteAnswer(
  streams: StreamsByChannel,
  states: LiveStates,
  { membership, twitchClock, time, monotonicMs, send, logger }: StreamParts,
): void {
  for (const { login, channelId } of membership.joined()) {
    const stream = streams.get(channelId)
    const timestamp = twitchClock.now(login)
    if (stream === undefined || timestamp === null) continue
    const channel = { channel_id: channelId, channel_login: login }
    const changes = states.note({ ...channel, checked_at: time.nowMs(), stream }, monotonicMs())
    if (changes.length > 0) logger.info({ channel: login, changes, stream }, 'stream changed')
    send({ type: 'live', ...channel, timestamp, stream, changes })
  }
}

function reportsOf({ metrics, logger }: StreamParts) {
  return {
    onSuccess: (isRecovery: boolean) => {
      metrics.apiRequests.inc({ outcome: 'answered' })
      if (isRecovery) logger.info("Twitch's API answers again")
    },
    onFailure: ({ message, reason }: ApiFailed, isFirst: boolean) => {
      metrics.apiRequests.inc({ outcome: reason })
      if (isFirst) logger.warn({ problem: message }, 'no viewer counts from Twitch, retrying')
    },
  }
}
