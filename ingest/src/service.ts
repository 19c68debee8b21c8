import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import {
  channelStatusTopic,
  chatMessagesTopic,
  monitoredChannelsTopic,
} from '@chat-battle/contracts/records/topics'
import { createKafka, prefixed } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { createRegistry, serveMetrics } from '@chat-battle/runtime/process/metrics'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { createDeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { IrcMessage } from '@tmi.js/irc-parser'
import { loginToken, RefreshedTokens, type TokenSource } from './twitch/auth.ts'
import { Coverage } from './clock/coverage.ts'
import { Leases } from './membership/leases.ts'
import { Membership } from './membership/membership.ts'
import { Statuses, statusValue } from './membership/statuses.ts'
import { SteadyClock } from './clock/steady-clock.ts'
import { TwitchClock } from './clock/twitch-clock.ts'
import type { IngestConfig } from './config.ts'
import { toChatEvent } from './events/chat-event.ts'
import { accountChannelLimit, ConnectionPool } from './twitch/connection-pool.ts'
import { usualTimes, type ConnectionTimes } from './twitch/connection-options.ts'
import { RateLimiter, twitchJoinLimit, twitchLoginLimit, type RateLimit } from './twitch/rate-limiter.ts'
import { createEventProducer } from './kafka/event-producer.ts'
import { leasePartitions } from './kafka/lease-partitions.ts'
import { readLeases } from './kafka/lease-reader.ts'
import { readStatuses } from './kafka/status-reader.ts'
import { createIngestMetrics } from './metrics.ts'
import { createSkewReport } from './clock/skew-report.ts'

const tickEveryMs = 5000
const tickWaitsMs = 1000
/** Kafka takes no writes when one waits for so long. */
const stuckAfterMs = 5000
const refreshEveryMs = 10_000
const membershipEveryMs = 1000
/** How long a stop waits for other instances to take the channels over; within what a supervisor grants. */
const handOverOnStopMs = 7000
const loggedTextLength = 1000
/** A reconnect after a lost connection is no problem yet: its back-off is at most half a minute. */
const loginWithinMs = 45_000

export interface IngestOverrides {
  times?: ConnectionTimes
  joinLimit?: RateLimit
  tokenSource?: TokenSource
  /** How long no login may succeed before the service calls itself degraded. */
  loginWithinMs?: number
  tickEveryMs?: number
}

export async function startIngest(
  config: IngestConfig,
  logger: Logger,
  overrides: IngestOverrides = {},
): Promise<AsyncDisposable> {
  const ingest = `ingest-${randomUUID().slice(0, 8)}`
  const kafka = createKafka(ingest, config, logger)
  const registry = createRegistry()
  const joinLimiter = new RateLimiter(overrides.joinLimit ?? twitchJoinLimit)
  const monotonicMs = () => performance.now()
  const time = new SteadyClock(Date.now, monotonicMs)
  const clock = new TwitchClock(time.nowMs, monotonicMs)
  const coverage = new Coverage(clock)
  const statuses = new Statuses()

  const producer = await createEventProducer(kafka, {
    topic: prefixed(config, chatMessagesTopic.name),
    maxBufferBytes: config.INGEST_BUFFER_BYTES,
    logger,
    clock: monotonicMs,
    onAppended: (appendMs, transitMs) => time.hearAppend(appendMs, transitMs),
    onDropped(dropped) {
      for (const { login, count, ...when } of dropped) {
        const [from, to] = [time.at(when.from), time.at(when.to)]
        metrics.dropped.inc(count)
        logger.error(
          { channel: login, from, to, count },
          'events were dropped: Kafka was away and the buffer full',
        )
        membership.onDropped(login, from, to)
      }
    },
  })
  const statusProducer = await createConflatingProducer(kafka, {
    topic: prefixed(config, channelStatusTopic.name),
    logger,
  })
  const deadLetters = await createDeadLetters(kafka, { settings: config, logger, registry, reader: 'ingest' })
  const membership = new Membership(ingest, {
    nowMs: time.nowMs,
    join: (login) => pool.join(login),
    part(login) {
      endCoverage(login, pool.heardAtMs(login))
      pool.part(login)
      clock.forget(login)
    },
    clockSkewMs: () => clock.skewMs,
    // What was heard and is not yet in Kafka would be lost with this process.
    heardUntilMs(login) {
      const heardMs = earliest(pool.heardAtMs(login), producer.oldestWaitingAtMs)
      return heardMs === undefined ? undefined : time.at(heardMs)
    },
    publish: (status) => statusProducer.offer(status.channel_login, statusValue(status)),
    statusBefore: (login) => statuses.get(login),
  })
  const send = (event: ChatEvent) => {
    metrics.events.inc({ type: event.type })
    producer.send(event.channel_id, JSON.stringify(event), event.channel_login, event.type === 'tick')
  }
  const endCoverage = (login: string, coveredToMs: number | undefined) => {
    const tick = coverage.end(login, coveredToMs ?? -Infinity)
    if (tick !== undefined) send(tick)
  }
  const notUnderstood = (text: string, problem: unknown) => {
    metrics.notUnderstood.inc()
    logger.warn({ text: text.slice(0, loggedTextLength), problem }, 'line not understood')
  }
  const onJoined = (login: string, channelId: string | undefined) => {
    coverage.begin(login, channelId, monotonicMs())
    membership.onJoined(login, channelId)
  }
  const onLine = (line: IrcMessage) => {
    metrics.lines.inc()
    const login = line.channel.replace(/^#/, '').toLowerCase()
    const channel = membership.get(login)
    const read = toChatEvent(line, {
      channelId: channel?.channelId ?? undefined,
      timestamp: clock.now(login) ?? time.nowMs(),
    })
    if (read === undefined) return
    if ('problem' in read) return notUnderstood(line.raw, read.problem)
    if (channel === undefined) return
    if (read.event.timestamp !== null) clock.observe(login, read.event.timestamp)
    if (channel.channelId !== read.event.channel_id) onJoined(login, read.event.channel_id)
    send(read.event)
  }
  const source =
    overrides.tokenSource ??
    (config.credentials === undefined
      ? undefined
      : new RefreshedTokens(config.TWITCH_AUTH_URL, config.credentials))
  const pool = new ConnectionPool({
    url: config.TWITCH_IRC_URL,
    times: overrides.times ?? usualTimes,
    joinLimiter,
    loginLimiter: new RateLimiter(twitchLoginLimit),
    maxChannels: source === undefined ? Infinity : accountChannelLimit,
    clock: monotonicMs,
    logger,
    token: loginToken(source),
    listeners: {
      onLine,
      onUnparsable: notUnderstood,
      onJoined,
      onJoinFailed: (login, why) => membership.onRefused(login, why),
      onLost(logins, heardUntilMs) {
        for (const login of logins) endCoverage(login, heardUntilMs)
        membership.onLost(logins, time.at(heardUntilMs))
      },
      onReconnect: () => metrics.reconnects.inc(),
      onLoginFailed: (reason) => metrics.loginFailures.inc({ reason }),
    },
  })
  const waitingMs = () => monotonicMs() - (producer.oldestWaitingAtMs ?? Infinity)
  const isStuck = () => waitingMs() > stuckAfterMs
  const joinedChannels = () => [...membership.channels()].filter(({ state }) => state === 'joined')
  const metrics = createIngestMetrics(registry, {
    connections: () => pool.readyConnections,
    joined: () => joinedChannels().length,
    bufferedBytes: () => producer.bufferedBytes,
    waitingJoins: () => joinLimiter.waiting,
    channelsOverLimit: () => pool.channelsOverLimit,
    loggedOutSeconds: () => pool.loggedOutForMs / 1000,
    clockSkewMs: () => clock.skewMs,
  })

  let knowsStatuses = false
  const statusReader = await readStatuses(kafka, config, logger, deadLetters, {
    onStatus(status, writtenAtMs) {
      membership.onOthersStatus(status)
      const forgotten = statuses.take(status, writtenAtMs)
      // Before all was read, a newer record may follow: that of an ingest that is in the channel.
      if (forgotten !== undefined && knowsStatuses) statusProducer.offer(forgotten, null)
    },
    onDeleted(login) {
      statuses.forget(login)
      membership.onDeleted(login)
    },
  })
  await statusReader.caughtUp
  knowsStatuses = true

  const leases = new Leases(leasePartitions(config.MONITORED_CHANNELS), time.nowMs())
  let knowsLeases = false
  const reportSkew = createSkewReport(clock, logger)
  const updateMembership = () => {
    reportSkew()
    if (knowsLeases) membership.want(leases.wanted())
    membership.elapse()
  }
  const leaseReader = await readLeases(
    kafka,
    {
      groupId: prefixed(config, 'ingest'),
      topic: prefixed(config, monitoredChannelsTopic.name),
      sessionTimeoutMs: config.INGEST_SESSION_MS,
      logger,
    },
    {
      onAssigned(partitions) {
        knowsLeases = false
        leases.assign(partitions)
        membership.assign(statuses.nextEpoch(time.nowMs()), leases.wanted())
      },
      onLease(partition, login, lease, appendedAtMs) {
        if (knowsLeases) time.hearRead(appendedAtMs)
        leases.renew(partition, login, lease, appendedAtMs)
        if (membership.get(login) === undefined) updateMembership()
      },
      // A broker that answers but takes no writes, as with a full disk, takes no renewals either.
      onHeard: () => {
        if (!isStuck()) leases.hear(time.nowMs())
      },
      onCaughtUp() {
        const known = [...statuses.all()].filter(({ status }) => status.state !== 'parted')
        for (const { status, writtenAtMs } of known)
          leases.extend(status.channel_login, writtenAtMs, time.nowMs())
        knowsLeases = true
        updateMembership()
        const wanted = leases.wanted()
        const partitions = leasePartitions(known.map(({ status }) => status.channel_login))
        const isOrphan = (login: string) =>
          !wanted.has(login) && leases.hasPartition(partitions.get(login) ?? -1)
        membership.partOrphans(
          known.map(({ status }) => status).filter(({ channel_login }) => isOrphan(channel_login)),
        )
      },
      onDeadLetter: deadLetters.keep,
      onFatal(error) {
        throw error
      },
    },
  )

  const membershipTimer = setInterval(updateMembership, membershipEveryMs)
  const timers = [
    setInterval(() => membership.refresh(), refreshEveryMs),
    setInterval(() => {
      for (const tick of coverage.ticks(monotonicMs(), (login) => pool.heardAtMs(login))) {
        // One without a time counts for the time at which it is written: it must not wait for that behind others.
        if (tick.timestamp !== null || waitingMs() <= tickWaitsMs) send(tick)
      }
    }, overrides.tickEveryMs ?? tickEveryMs),
  ]
  const metricsServer = await serveMetrics(registry, {
    host: config.HOST,
    port: config.INGEST_METRICS_PORT,
    operatorToken: config.OPERATOR_TOKEN,
    isHealthy: () => leaseReader.isMember(),
    problems: () => loginProblems(pool.loggedOutForMs, overrides.loginWithinMs ?? loginWithinMs),
  })

  return {
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer)
      clearInterval(membershipTimer)
      const hasHeirs = leaseReader.sharesPartitions()
      membership.handOverAll()
      await leaseReader[Symbol.asyncDispose]()
      const deadlineMs = performance.now() + handOverOnStopMs
      while (hasHeirs && membership.leaving > 0 && performance.now() < deadlineMs) await delay(50)
      membership.stop()
      pool.stop()
      await producer[Symbol.asyncDispose]()
      await statusProducer[Symbol.asyncDispose]()
      await statusReader[Symbol.asyncDispose]()
      await deadLetters[Symbol.asyncDispose]()
      await metricsServer[Symbol.asyncDispose]()
    },
  }
}

function loginProblems(loggedOutForMs: number, withinMs: number): string[] {
  if (loggedOutForMs < withinMs) return []
  return [`not logged in to Twitch for ${Math.floor(loggedOutForMs / 1000)} s`]
}

function earliest(...timesMs: (number | undefined)[]): number | undefined {
  const known = timesMs.filter((timeMs) => timeMs !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
