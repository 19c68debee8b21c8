import { pino } from 'pino'
import { expect, test } from 'vitest'
import { until } from '@chat-battle/infra/testing'
import { startTwitch, type TwitchServer } from '@chat-battle/infra/twitch/server'
import { Connection } from './connection.ts'
import { JoinLimiter } from './join-limiter.ts'

const token = 'a-secret-token'

/** A connection that is in one channel, and what it logs. */
async function connected(twitch: TwitchServer) {
  twitch.tokens.set(token, 'me')
  const logged: string[] = []
  const ignored = () => undefined
  let isJoined = false
  const connection = new Connection({
    url: twitch.url,
    times: { pingAfterMs: 100, pongWithinMs: 100, joinWithinMs: 5000, connectWithinMs: 5000 },
    limiter: new JoinLimiter(),
    clock: () => performance.now(),
    token: () => Promise.resolve(token),
    logger: pino({ level: 'trace' }, { write: (line) => logged.push(line) }),
    listeners: {
      onLine: ignored,
      onUnparsable: ignored,
      onJoined: () => (isJoined = true),
      onJoinFailed: ignored,
      onLost: ignored,
      onReconnect: ignored,
    },
  })
  connection.join('a_channel')
  await until(() => isJoined, 'joined')
  return { logged, stop: () => connection.stop() }
}

test.each<[what: string, breakIt: (twitch: TwitchServer) => void, why: string]>([
  ['dropped', (twitch) => twitch.connections()[0]?.drop(), 'cut off'],
  ['half-open', (twitch) => twitch.connections()[0]?.freeze(), 'nothing heard from Twitch for 100 ms'],
  ['asked', (twitch) => twitch.sendFrame(':tmi.twitch.tv RECONNECT\r\n'), 'Twitch asked to reconnect'],
  [
    'refused',
    (twitch) => twitch.sendFrame(':tmi.twitch.tv NOTICE * :Login authentication failed\r\n'),
    'Twitch refused the login',
  ],
])('a connection that ended is logged with its reason: %s', async (_what, breakIt, why) => {
  await using twitch = await startTwitch()
  const { logged, stop } = await connected(twitch)
  breakIt(twitch)
  await until(() => logged.length > 0, 'the log')
  stop()
  const [first = ''] = logged
  expect(JSON.parse(first)).toMatchObject({
    level: 40,
    why,
    channels: 1,
    msg: 'the connection to Twitch ended; connecting again',
  })
  expect(logged.join()).not.toContain(token)
})

test('each attempt that fails is logged', async () => {
  await using twitch = await startTwitch()
  const { logged, stop } = await connected(twitch)
  twitch.refuseConnections = true
  twitch.connections()[0]?.drop()
  await until(() => logged.length > 1, 'a failed attempt')
  stop()
  expect(JSON.parse(logged[1] ?? '')).toMatchObject({ why: 'not reached', channels: 0 })
})

test('a connection that was stopped logs nothing', async () => {
  await using twitch = await startTwitch()
  const { logged, stop } = await connected(twitch)
  stop()
  await until(() => twitch.connections().length === 0, 'closed')
  expect(logged).toEqual([])
})
