import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { joinLimit, mostJoins } from '@chat-battle/twitch-stub/join-limit'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { usualTimes } from '../twitch/connection-options.ts'
import { ConnectionPool } from '../twitch/connection-pool.ts'
import { RateLimiter, twitchJoinLimit, twitchLoginLimit } from '../twitch/rate-limiter.ts'
import { Membership } from './membership.ts'

const channels = Array.from({ length: 30 }, (_, index) => `failing_${index}`)
const hourMs = 60 * 60_000
const stepMs = 250
/** Turns of the event loop in which the real sockets may act while the virtual clock stands still. */
const turnsPerStep = 30
const longestBackoffMs = 30_000
const toleranceMs = 2000
/** An hour takes 0.6 s, and longer on a busy machine. */
const testTimeoutMs = 60_000

beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] }),
)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function pass(ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
    vi.advanceTimersByTime(stepMs)
    for (let turn = 0; turn < turnsPerStep; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Membership on real sockets and a virtual clock, with the newest status that it published of each channel. */
function startMembership(twitch: TwitchServer) {
  const published = new Map<string, ChannelStatusRecord>()
  const world = { attempts: 0 }
  const membership = new Membership('virtual', {
    nowMs: Date.now,
    join: (login) => pool.join(login),
    part: (login) => pool.part(login),
    clockSkewMs: () => null,
    coveredUntilMs: (login) => pool.coveredUntilMs(login),
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
      onLost: (logins, coveredUntilMs) => membership.onLost(logins, coveredUntilMs),
      onReconnect: () => world.attempts++,
      onLoginFailed: () => undefined,
    },
  })
  const untilAllJoined = async () => {
    const allJoined = () => channels.every((login) => published.get(login)?.state === 'joined')
    for (let waitedMs = 0; !allJoined() && waitedMs < 10 * 60_000; waitedMs += 1000) await pass(1000)
  }
  return { world, membership, published, untilAllJoined, [Symbol.dispose]: () => pool.stop() }
}

test(
  'after an hour without Twitch, each channel is rejoined once within the join limit and has one exact gap',
  async () => {
    await using twitch = await startTwitch({ clock: Date.now })
    using made = startMembership(twitch)
    made.membership.want(new Set(channels))
    await made.untilAllJoined()
    twitch.refuseConnections = true
    const awayAtMs = Date.now()
    for (const connection of twitch.connections()) connection.drop()
    await pass(hourMs)
    twitch.refuseConnections = false
    expect(made.world.attempts).toBeGreaterThan(hourMs / longestBackoffMs)
    const backAtMs = Date.now()
    await made.untilAllJoined()

    for (const login of channels) {
      expect(made.published.get(login)).toMatchObject({
        state: 'joined',
        gaps: [{ reason: 'twitch_disconnected' }],
      })
      const [gap] = made.published.get(login)?.gaps ?? []
      expect(gap?.from).toBeGreaterThanOrEqual(awayAtMs - usualTimes.pingAfterMs - toleranceMs)
      expect(gap?.from).toBeLessThanOrEqual(awayAtMs)
      const rejoins = twitch.joins.filter((join) => join.login === login && join.atMs >= backAtMs)
      expect(rejoins).toHaveLength(1)
      const rejoinedAtMs = rejoins[0]?.atMs ?? NaN
      expect(gap?.to).toBeGreaterThanOrEqual(rejoinedAtMs)
      expect(gap?.to).toBeLessThanOrEqual(rejoinedAtMs + stepMs)
    }
    const longestMs = longestBackoffMs + (channels.length / joinLimit.joins) * joinLimit.perMs
    expect(Date.now() - backAtMs).toBeLessThanOrEqual(longestMs + toleranceMs)
    expect(mostJoins(twitch.joins)).toBeLessThanOrEqual(joinLimit.joins)
  },
  testTimeoutMs,
)

test(
  'after a long outage, a connection that has joined reconnects within a second when it is lost',
  async () => {
    await using twitch = await startTwitch({ clock: Date.now })
    using made = startMembership(twitch)
    vi.spyOn(Math, 'random').mockReturnValue(0.999)
    twitch.refuseConnections = true
    made.membership.want(new Set(channels))
    await pass(5 * 60_000)
    twitch.refuseConnections = false
    await made.untilAllJoined()
    const [first] = twitch.connections()
    first?.drop()
    await pass(1000)
    expect(twitch.connections()).toHaveLength(1)
    expect(twitch.connections()[0]?.id).not.toBe(first?.id)
  },
  testTimeoutMs,
)
