import { afterAll, beforeAll, expect, test } from 'vitest'
import { channelLive, type ChannelLive } from '@chat-battle/contracts/records/channel-live'
import { chatEvent, type Live } from '@chat-battle/contracts/records/chat-event'
import { channelLiveTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { until } from '@chat-battle/testkit/testing'
import { privmsg } from '@chat-battle/twitch-stub/irc-text'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { configFor, readInstallation, type ReadInstallation } from '../ingest.fixture.ts'
import { startIngest } from '../service.ts'

const application = { TWITCH_CLIENT_ID: 'the-client', TWITCH_CLIENT_SECRET: 'the-secret' }
const startedAt = Date.parse('2026-11-26T01:00:00Z')

let installation: ReadInstallation
const events: Live[] = []
const records = new Map<string, ChannelLive>()
const logged: string[] = []

beforeAll(async () => {
  installation = await readInstallation({
    [chatMessagesTopic.name]({ value }) {
      const event = chatEvent.parse(JSON.parse(String(value)))
      if (event.type === 'live') events.push(event)
    },
    [channelLiveTopic.name]: ({ key, value }) =>
      void records.set(key, channelLive.parse(JSON.parse(String(value)))),
  })
})
afterAll(() => installation[Symbol.asyncDispose]())

async function start(twitch: TwitchServer, channels: readonly string[], port = 0) {
  const config = { ...configFor(installation, twitch, channels, application), INGEST_METRICS_PORT: port }
  const logger = createLogger('test', 'trace', { destination: { write: (line) => void logged.push(line) } })
  return startIngest(config, logger, { streamPeriodMs: 1200 })
}

/** Twitch's time is known from the first line on. */
function speak(twitch: TwitchServer, login: string): void {
  const id = twitch.roomId(login)
  const ann = { id: '5', login: 'ann', displayName: 'Ann', isSubscriber: false, badges: '' }
  const now = Date.now()
  twitch.say(login, privmsg({ login, id }, ann, { id: `${login}-${now}`, timestamp: now, text: 'hi' }))
}

async function joined(twitch: TwitchServer, login: string): Promise<void> {
  await until(() => twitch.connections().some(({ joined }) => joined.has(login)), 'joined')
  speak(twitch, login)
}

const of = (login: string) => events.filter(({ channel_login }) => channel_login === login)
const stream = (login: string, given = {}) => ({
  ...{ id: '40', login, title: 'Test', category: 'Chess', viewers: 1234, startedAt },
  ...given,
})

test('writes viewers, title and category into the input and to channel-live, and what changes', async () => {
  await using twitch = await startTwitch()
  twitch.auth.applications.set(application.TWITCH_CLIENT_ID, application.TWITCH_CLIENT_SECRET)
  const id = twitch.roomId('arena')
  twitch.helix.streams.set(id, stream('arena'))
  await using _ingest = await start(twitch, ['arena', 'dark'])
  await joined(twitch, 'arena')
  const first = {
    ...{ stream_id: '40', started_at: startedAt, title: 'Test', category: 'Chess', viewers: 1234 },
  }
  await until(() => of('arena').length > 0 && of('dark').length > 0, 'the first answers')
  expect(of('arena')[0]).toMatchObject({ channel_id: id, stream: first, changes: [] })
  expect(of('dark')[0]).toMatchObject({ stream: null, changes: [] })
  await until(() => records.get(id)?.stream?.viewers === 1234, 'the record')
  twitch.helix.streams.set(id, stream('arena', { title: 'Final', viewers: 0 }))
  await until(() => of('arena').some(({ changes }) => changes.includes('title')), 'another title')
  twitch.helix.streams.delete(id)
  await until(() => of('arena').some(({ changes }) => changes.includes('ended')), 'the end')
  await until(() => records.get(id)?.stream === null, 'the record of the end')
  expect(of('arena').flatMap(({ changes }) => changes)).toEqual(['title', 'ended'])
  expect(of('arena').find(({ changes }) => changes.length > 0)?.stream).toMatchObject({
    title: 'Final',
    viewers: 0,
  })
  const text = logged.join()
  for (const secret of [application.TWITCH_CLIENT_SECRET, ...twitch.auth.applicationTokens])
    expect(text).not.toContain(secret)
})

test('writes nothing during an outage of the API, reports it, and goes on after a restart', async () => {
  await using twitch = await startTwitch()
  twitch.auth.applications.set(application.TWITCH_CLIENT_ID, application.TWITCH_CLIENT_SECRET)
  const id = twitch.roomId('stage')
  twitch.helix.streams.set(id, stream('stage'))
  const port = await freePort()
  {
    await using _ingest = await start(twitch, ['stage'], port)
    await joined(twitch, 'stage')
    await until(() => records.has(id), 'the record')
    twitch.helix.mode = '500'
    const failed = /ingest_twitch_api_requests_total\{outcome="failed"\} [2-9]/
    const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    await until(async () => failed.test(await metrics()), 'failed requests')
    expect(await metrics()).toMatch(/ingest_twitch_api_failing_seconds [0-9.]*[1-9]/)
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
  }
  const before = of('stage').length
  expect(of('stage').map(({ stream }) => stream?.viewers)).toEqual(Array(before).fill(1234))
  twitch.helix.mode = 'ok'
  twitch.helix.streams.set(id, stream('stage', { title: 'After', viewers: 7 }))
  await using _next = await start(twitch, ['stage'])
  await joined(twitch, 'stage')
  await until(() => of('stage').length > before, 'an answer after the restart')
  expect(of('stage')[before]).toMatchObject({ stream: { title: 'After', viewers: 7 }, changes: ['title'] })
})

test('reads each channel by the ingest that covers it, and by no other', async () => {
  await using twitch = await startTwitch()
  twitch.auth.applications.set(application.TWITCH_CLIENT_ID, application.TWITCH_CLIENT_SECRET)
  const logins = Array.from({ length: 12 }, (_, index) => `shared${index}`)
  await using _one = await start(twitch, logins)
  await using _other = await start(twitch, logins)
  await until(() => logins.every((login) => twitch.joins.some((join) => join.login === login)), 'joined')
  for (const login of logins) speak(twitch, login)
  await until(() => twitch.connections().length === 2, 'two connections')
  // Once both have a share, a request names a share only.
  const isShare = (ids: readonly string[]) => ids.length > 0 && ids.length < logins.length
  await until(() => {
    const [last, beforeLast] = twitch.helix.requests.slice(-2)
    return (
      last !== undefined &&
      beforeLast !== undefined &&
      isShare(last) &&
      isShare(beforeLast) &&
      new Set([...last, ...beforeLast]).size === logins.length &&
      last.length + beforeLast.length === logins.length
    )
  }, 'two shares without a common channel')
})
