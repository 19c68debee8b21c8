import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { IrcMessage } from '@tmi.js/irc-parser'
import type { Coverage } from './clock/coverage.ts'
import type { SteadyClock } from './clock/steady-clock.ts'
import type { TwitchClock } from './clock/twitch-clock.ts'
import { toChatEvent } from './events/chat-event.ts'
import type { Membership } from './membership/membership.ts'
import type { IngestMetrics } from './metrics.ts'
import { withMood } from './mood/read-mood.ts'
import type { ConnectionListeners } from './twitch/connection-options.ts'

const loggedTextLength = 1000

export interface LineHandlerParts {
  membership: Pick<Membership, 'get' | 'onJoined' | 'onRefused' | 'onLost'>
  coverage: Pick<Coverage, 'begin' | 'end' | 'tickBefore'>
  twitchClock: Pick<TwitchClock, 'now' | 'observe'>
  time: Pick<SteadyClock, 'nowMs' | 'at'>
  /** Monotonic ms. */
  monotonicMs: () => number
  metrics: Pick<IngestMetrics, 'lines' | 'notUnderstood' | 'reconnects' | 'loginFailures'>
  logger: Logger
  /** Writes on an event what only ingest can find out: it alone knows its text for good. */
  resolve: (event: ChatEvent) => ChatEvent
  send: (event: ChatEvent) => void
}

/** Turns what Twitch's connections report into events, coverage and membership. */
export function createLineHandler(parts: LineHandlerParts): ConnectionListeners {
  const { membership, coverage, twitchClock, time, metrics, send } = parts
  const onUnparsable = (text: string, problem: unknown) => {
    metrics.notUnderstood.inc()
    parts.logger.warn({ text: text.slice(0, loggedTextLength), problem }, 'line not understood')
  }
  const onJoined = (login: string, channelId: string | undefined) => {
    coverage.begin(login, channelId, parts.monotonicMs())
    membership.onJoined(login, channelId)
  }
  const onLine = (line: IrcMessage) => {
    metrics.lines.inc()
    const login = line.channel.replace(/^#/, '').toLowerCase()
    const channel = membership.get(login)
    const read = toChatEvent(line, {
      channelId: channel?.channelId ?? undefined,
      timestamp: twitchClock.now(login) ?? time.nowMs(),
    })
    if (read === undefined) return
    if ('problem' in read) return onUnparsable(line.raw, read.problem)
    // A line of a channel that was left meanwhile.
    if (channel === undefined) return
    const { event } = read
    if (event.timestamp !== null) {
      const tick = coverage.tickBefore(login, event.timestamp, parts.monotonicMs())
      if (tick !== undefined) send(tick)
      twitchClock.observe(login, event.timestamp)
    }
    if (channel.channelId !== event.channel_id) onJoined(login, event.channel_id)
    send(withMood(parts.resolve(event)))
  }
  return {
    onLine,
    onUnparsable,
    onJoined,
    onJoinFailed: (login, why) => membership.onRefused(login, why),
    onLost(logins, coveredUntilMs) {
      for (const login of logins) sendLastTick(coverage, login, coveredUntilMs, send)
      membership.onLost(logins, time.at(coveredUntilMs))
    },
    onReconnect: () => metrics.reconnects.inc(),
    onLoginFailed: (reason) => metrics.loginFailures.inc({ reason }),
  }
}

/** Ends a channel's coverage, and sends the tick that claims it until `coveredUntilMs`, monotonic ms. */
export function sendLastTick(
  coverage: Pick<Coverage, 'end'>,
  login: string,
  coveredUntilMs: number | undefined,
  send: (event: ChatEvent) => void,
): void {
  const tick = coverage.end(login, coveredUntilMs ?? -Infinity)
  if (tick !== undefined) send(tick)
}
