import { mock } from 'node:test'
import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { startTwitch } from '@chat-battle/twitch-stub/server'
import { Membership } from '@chat-battle/ingest/membership/membership'
import { ConnectionPool } from '@chat-battle/ingest/twitch/connection-pool'
import { usualTimes } from '@chat-battle/ingest/twitch/connection-options'
import { RateLimiter, twitchJoinLimit, twitchLoginLimit } from '@chat-battle/ingest/twitch/rate-limiter'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { joinLimit, mostJoins } from './join-limit.ts'

const hourMs = 60 * 60_000
const stepMs = 250
/** Turns of the event loop in which sockets may act while the virtual clock stands still. */
const turnsPerStep = 30
const longestBackoffMs = 30_000
const toleranceMs = 2000

/** Lets an hour of a virtual clock pass in which Twitch refuses every connection, on real sockets. */
export async function hourAway(
  channels: readonly string[],
): Promise<{ notes: string[]; problems: string[] }> {
  const twitch = await startTwitch({ clock: () => Date.now() })
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: Date.now() })
  try {
    const published = new Map<string, ChannelStatusRecord>()
    let attempts = 0
    const membership = new Membership('virtual', {
      nowMs: Date.now,
      join: (login) => pool.join(login),
      part: (login) => pool.part(login),
      clockSkewMs: () => null,
      heardUntilMs: (login) => pool.heardAtMs(login),
      publish: (status) => published.set(status.channel_login, status),
      statusBefore: () => undefined,
    })
    const pool = new ConnectionPool({
      url: twitch.url,
      times: usualTimes,
      joinLimiter: new RateLimiter(twitchJoinLimit, Date.now),
      loginLimiter: new RateLimiter(twitchLoginLimit, Date.now),
      maxChannels: Infinity,
      clock: Date.now,
      logger: createLogger('virtual', 'silent'),
      token: () => Promise.resolve(undefined),
      listeners: {
        onLine: () => undefined,
        onUnparsable: () => undefined,
        onJoined: (login, channelId) => membership.onJoined(login, channelId),
        onJoinFailed: (login, why) => membership.onRefused(login, why),
        onLost: (logins, heardUntilMs) => membership.onLost(logins, heardUntilMs),
        onReconnect: () => attempts++,
        onLoginFailed: () => undefined,
      },
    })
    const passes = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        mock.timers.tick(stepMs)
        for (let turn = 0; turn < turnsPerStep; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const allJoined = () => channels.every((login) => published.get(login)?.state === 'joined')
    const untilAllJoined = async () => {
      for (let waitedMs = 0; !allJoined() && waitedMs < 10 * 60_000; waitedMs += 1000) await passes(1000)
    }
    membership.want(new Set(channels))
    await untilAllJoined()
    twitch.refuseConnections = true
    const awayAtMs = Date.now()
    for (const connection of twitch.connections()) connection.drop()
    await passes(hourMs)
    twitch.refuseConnections = false
    const backAtMs = Date.now()
    await untilAllJoined()
    const rejoinedInMs = Date.now() - backAtMs

    const problems = channels.flatMap((login) => {
      const { state, gaps = [] } = published.get(login) ?? {}
      const [gap] = gaps
      const [rejoined, ...again] = twitch.joins.filter(
        (join) => join.login === login && join.atMs >= backAtMs,
      )
      const isExact =
        state === 'joined' &&
        gaps.length === 1 &&
        gap !== undefined &&
        gap.from >= awayAtMs - usualTimes.pingAfterMs - toleranceMs &&
        gap.from <= awayAtMs &&
        rejoined !== undefined &&
        again.length === 0 &&
        gap.to >= rejoined.atMs &&
        gap.to <= rejoined.atMs + stepMs
      return isExact ? [] : [`${login} after an hour: ${state}, ${JSON.stringify({ gaps, rejoined, again })}`]
    })
    const longestMs = longestBackoffMs + (channels.length / joinLimit.joins) * joinLimit.perMs
    if (rejoinedInMs > longestMs + toleranceMs)
      problems.push(`all were rejoined ${rejoinedInMs} ms after an hour away`)
    const most = mostJoins(twitch.joins)
    if (most > joinLimit.joins) problems.push(`${most} joins in ${joinLimit.perMs / 1000} s after an hour`)
    pool.stop()
    const notes = [
      `an hour away: ${attempts} attempts, all rejoined ${(rejoinedInMs / 1000).toFixed(0)} s after it`,
    ]
    return { notes, problems }
  } finally {
    mock.timers.reset()
    await twitch[Symbol.asyncDispose]()
  }
}
