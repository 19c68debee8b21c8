import { expect, test } from 'vitest'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { Coverage } from './clock/coverage.ts'
import { SteadyClock } from './clock/steady-clock.ts'
import { TwitchClock } from './clock/twitch-clock.ts'
import { createLineHandler } from './line-handler.ts'
import { Membership } from './membership/membership.ts'
import { createIngestMetrics } from './metrics.ts'
import { parseLine } from './twitch/parse-line.ts'

/** A handler of an ingest that wants the channel `arena`. Its clock stands at 900,000 epoch ms and 5,000 monotonic ms. */
function setup() {
  const world = { wallMs: 900_000, monotonicMs: 5000 }
  const sent: ChatEvent[] = []
  const published: unknown[] = []
  const logged: string[] = []
  const time = new SteadyClock(
    () => world.wallMs,
    () => world.monotonicMs,
  )
  const twitchClock = new TwitchClock(time.nowMs, () => world.monotonicMs)
  const membership = new Membership('me', {
    nowMs: time.nowMs,
    join: () => undefined,
    part: () => undefined,
    coveredUntilMs: () => undefined,
    clockSkewMs: () => null,
    publish: ({ state, channel_id, gaps }) => published.push({ state, channel_id, gaps }),
    statusBefore: () => undefined,
  })
  membership.assign(1, new Set())
  membership.want(new Set(['arena']))
  const coverage = new Coverage(twitchClock)
  const metrics = createIngestMetrics(createRegistry())
  const lines = createLineHandler({
    ...{ membership, coverage, twitchClock, time, metrics },
    monotonicMs: () => world.monotonicMs,
    logger: createLogger('test', 'trace', { destination: { write: (line) => void logged.push(line) } }),
    resolve: (event) => (event.type === 'message' ? { ...event, is_bot: false } : event),
    send: (event) => sent.push(event),
  })
  const receive = (text: string) => lines.onLine(parseLine(text))
  const count = async (name: 'lines' | 'notUnderstood' | 'reconnects') =>
    (await metrics[name].get()).values[0]?.value
  return { world, sent, published, logged, lines, receive, count, membership, coverage, twitchClock }
}

const said = (login: string, sentMs: number, roomId = '42') =>
  `@badges=;display-name=Ann;emotes=;id=m${sentMs};room-id=${roomId};tmi-sent-ts=${sentMs};user-id=5 :ann!ann@ann.tmi.twitch.tv PRIVMSG #${login} :hi`

test("sends a joined channel's message as it was resolved, and sets Twitch's clock by it", () => {
  const { sent, lines, receive, twitchClock } = setup()
  lines.onJoined('arena', '42')
  receive(said('Arena', 901_000))
  expect(sent).toMatchObject([{ type: 'message', channel_login: 'arena', timestamp: 901_000, is_bot: false }])
  expect(twitchClock.now('arena')).toBe(901_000)
})

test("writes a message's mood on its record", () => {
  const { sent, lines, receive } = setup()
  lines.onJoined('arena', '42')
  for (const text of ['well played', 'how boring', 'where is it', 'Kappa'])
    receive(said('arena', 901_000).replace(':hi', `:${text}`))
  expect(sent).toMatchObject([{ mood: 1 }, { mood: -1 }, { mood: null }, { mood: 0 }])
})

test('counts every line, and sends nothing for a line without an event', async () => {
  const { sent, logged, receive, count } = setup()
  receive(':tmi.twitch.tv PONG tmi.twitch.tv :x')
  receive('@room-id=42 :tmi.twitch.tv ROOMSTATE #arena')
  expect(sent).toEqual([])
  expect(logged).toEqual([])
  expect(await count('lines')).toBe(2)
})

test('logs and counts a line that it cannot decode, with at most 1000 characters', async () => {
  const { sent, logged, lines, receive, count } = setup()
  receive('PRIVMSG #arena :no tags')
  lines.onUnparsable('x'.repeat(5000), 'too long')
  expect(sent).toEqual([])
  expect(logged.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 'warn', msg: 'line not understood', text: 'PRIVMSG #arena :no tags' },
    { msg: 'line not understood', text: 'x'.repeat(1000), problem: 'too long' },
  ])
  expect(await count('notUnderstood')).toBe(2)
})

test('ignores a line of a channel that it is not in', () => {
  const { sent, receive, twitchClock } = setup()
  receive(said('elsewhere', 901_000))
  expect(sent).toEqual([])
  expect(twitchClock.now('elsewhere')).toBeNull()
})

test('takes the channel id from a line before it sends the event', () => {
  const { sent, published, lines, receive, membership } = setup()
  lines.onJoined('arena', undefined)
  expect(membership.get('arena')?.channelId).toBeNull()
  receive(said('arena', 901_000, '77'))
  expect(published.at(-1)).toMatchObject({ state: 'joined', channel_id: '77' })
  expect(sent).toMatchObject([{ channel_id: '77' }])
})

test("gives a line without a time Twitch's time, or the broker's before any time is known", () => {
  const { world, sent, lines, receive } = setup()
  lines.onJoined('arena', '42')
  const cleared = '@room-id=42 :tmi.twitch.tv CLEARCHAT #arena'
  receive(cleared)
  receive(said('arena', 910_000))
  world.monotonicMs += 500
  receive(cleared)
  expect(sent.map(({ timestamp }) => timestamp)).toEqual([900_000, 910_000, 910_500])
})

test('ends the coverage of a lost channel with a tick, and starts its gap there', () => {
  const { world, sent, published, lines, receive } = setup()
  lines.onJoined('arena', '42')
  receive(said('arena', 900_000))
  world.monotonicMs += 3000
  lines.onLost(['arena'], 7000)
  expect(sent.at(-1)).toMatchObject({ type: 'tick', covered_from: 900_000, covered_to: 902_000 })
  lines.onJoined('arena', '42')
  expect(published.at(-1)).toMatchObject({
    state: 'joined',
    gaps: [{ from: 902_000, to: 903_000, reason: 'twitch_disconnected' }],
  })
})

test('reports a refused channel, and counts reconnects', async () => {
  const { published, lines, count } = setup()
  lines.onJoinFailed('arena', 'banned')
  lines.onReconnect()
  expect(published.at(-1)).toMatchObject({ state: 'banned' })
  expect(await count('reconnects')).toBe(1)
})
