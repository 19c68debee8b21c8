import { randomUUID } from 'node:crypto'
import { chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { createKafka, prefixed, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import { createDeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { startOwned } from '@chat-battle/runtime/process/owned'
import { Coverage } from './clock/coverage.ts'
import { SteadyClock } from './clock/steady-clock.ts'
import { TwitchClock } from './clock/twitch-clock.ts'
import type { IngestConfig } from './config.ts'
import { startEmotes } from './emotes/start-emotes.ts'
import { serveIngest } from './health.ts'
import { reportDropped, type DroppedEventsParts } from './kafka/dropped-events.ts'
import { EventProducer } from './kafka/event-producer.ts'
import { followLeases } from './kafka/follow-leases.ts'
import { leasePartitions } from './kafka/lease-partitions.ts'
import { openStatusTopic } from './kafka/status-topic.ts'
import { createLineHandler, sendLastTick } from './line-handler.ts'
import { LeaseFollower, type LeaseFollowerParts } from './membership/lease-follower.ts'
import { Leases } from './membership/leases.ts'
import { Membership } from './membership/membership.ts'
import { Statuses } from './membership/statuses.ts'
import { createIngestMetrics } from './metrics.ts'
import { openSender } from './privacy/sender.ts'
import { startStreams } from './streams/start-streams.ts'
import { startTimers } from './timers.ts'
import { createPool, type PoolOverrides } from './twitch/configured-pool.ts'
import { RateLimiter, twitchJoinLimit, type RateLimit } from './twitch/rate-limiter.ts'

/** Kafka takes no writes when an event has been waiting for this long. */
const stuckAfterMs = 5000

export interface IngestOverrides extends PoolOverrides {
  joinLimit?: RateLimit
  /** How long a connection may be logged out before `/health` reports it. */
  loginWithinMs?: number
  tickEveryMs?: number
  /** How often Twitch's API is read. */
  streamPeriodMs?: number
}

const monotonicMs = () => performance.now()

export function startIngest(
  config: IngestConfig,
  logger: Logger,
  overrides: IngestOverrides = {},
): Promise<AsyncDisposable> {
  return startOwned(async (owned) => {
    // Closed last: health and metrics answer until every other part has stopped.
    const untilTheEnd = owned.use(new AsyncDisposableStack())
    const ingest = `ingest-${randomUUID().slice(0, 8)}`
    const kafka = createKafka(ingest, config, logger)
    const registry = createRegistry()
    const metrics = createIngestMetrics(registry)
    const time = new SteadyClock(Date.now, monotonicMs)
    const twitchClock = new TwitchClock(time.nowMs, monotonicMs)
    const coverage = new Coverage(twitchClock)
    const statuses = new Statuses()
    const membership = new Membership(ingest, {
      nowMs: time.nowMs,
      join: (login) => pool.join(login),
      part(login) {
        sendLastTick(coverage, login, pool.coveredUntilMs(login), send)
        pool.part(login)
        twitchClock.forget(login)
      },
      clockSkewMs: () => twitchClock.skewMs,
      coveredUntilMs: (login) => time.earliest(pool.coveredUntilMs(login), producer.oldestWaitingAtMs),
      publish: (status) => statusTopic.publish(status),
      statusBefore: (login) => statuses.get(login),
    })
    const reading = { settings: config, logger, registry, reader: 'ingest' }
    const deadLetters = owned.use(await createDeadLetters(kafka, reading))
    const topics = { settings: config, logger, deadLetters, membership }
    const statusTopic = owned.use(await openStatusTopic(kafka, { ...topics, statuses }))
    const producer: EventProducer = owned.use(
      await openProducer(kafka, config, { time, metrics, logger, membership }),
    )
    const send = await openSender(owned, kafka, { ...reading, config, deadLetters, producer, metrics })
    const isFirst = () => leases.isAssigned(0)
    const emotes = { ...topics, config, registry, statuses, time, monotonicMs, isFirst }
    const resolve = await startEmotes(owned, kafka, emotes)
    const chat = { membership, coverage, twitchClock, time, monotonicMs, metrics, logger, resolve, send }
    const joinLimiter = new RateLimiter(overrides.joinLimit ?? twitchJoinLimit)
    const listeners = createLineHandler(chat)
    const pool = createPool(config, overrides, { joinLimiter, clock: monotonicMs, logger, listeners })
    owned.defer(() => pool.stop())
    const { leases, follower } = createInterest(config, { membership, statuses, time }, producer)
    const leaseReader = await followLeases(owned, kafka, { ...topics, follower })
    startTimers(owned, { ...chat, follower, pool, producer }, overrides)
    const streams = await startStreams(owned, kafka, config, { ...chat, deadLetters, producer }, overrides)
    const served = { registry, membership, twitchClock, pool, joinLimiter, producer, leaseReader, streams }
    untilTheEnd.use(await serveIngest(config, served, overrides))
    return {}
  })
}

function openProducer(
  kafka: KafkaClient,
  config: IngestConfig,
  parts: DroppedEventsParts & { time: SteadyClock },
): Promise<EventProducer> {
  return EventProducer.connect(kafka, {
    topic: prefixed(config, chatMessagesTopic.name),
    maxBufferBytes: config.INGEST_BUFFER_BYTES,
    logger: parts.logger,
    clock: monotonicMs,
    onAppended: (appendMs, transitMs) => parts.time.onAppended(appendMs, transitMs),
    onDropped: (dropped) => reportDropped(dropped, parts),
  })
}

function createInterest(
  { MONITORED_CHANNELS }: Pick<IngestConfig, 'MONITORED_CHANNELS'>,
  parts: Pick<LeaseFollowerParts, 'membership' | 'statuses'> & { time: SteadyClock },
  producer: Pick<EventProducer, 'waitingForMs'>,
) {
  const leases = new Leases(leasePartitions(MONITORED_CHANNELS), parts.time.nowMs())
  const isWriteStuck = () => producer.waitingForMs > stuckAfterMs
  const follower = new LeaseFollower({ ...parts, leases, isWriteStuck, partitionsOf: leasePartitions })
  return { leases, follower }
}
