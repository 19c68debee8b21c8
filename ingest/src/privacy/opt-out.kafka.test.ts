import { afterAll, beforeAll, expect, test } from 'vitest'
import { chatEvent, type ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { optOut, type OptOut } from '@chat-battle/contracts/records/opt-out'
import { chatMessagesTopic, optOutsTopic } from '@chat-battle/contracts/records/topics'
import { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { until } from '@chat-battle/testkit/testing'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { configFor, readInstallation, type ReadInstallation } from '../ingest.fixture.ts'
import { startIngest } from '../service.ts'

const secret = '1'.repeat(32)
const hash = new PersonHash([secret])
/** What must not be in any record once the person has opted out. */
const traces = ['"70077"', 'annabel', 'Annabel', 'a secret']

let installation: ReadInstallation
const events: ChatEvent[] = []
const values: string[] = []
const optOuts = new Map<string, OptOut>()

beforeAll(async () => {
  installation = await readInstallation({
    [chatMessagesTopic.name]({ value }) {
      events.push(chatEvent.parse(JSON.parse(String(value))))
      values.push(String(value))
    },
    [optOutsTopic.name]: ({ key, value }) => void optOuts.set(key, optOut.parse(JSON.parse(String(value)))),
  })
})
afterAll(() => installation[Symbol.asyncDispose]())

function start(twitch: TwitchServer, channel: string, PERSON_HASH_SECRET = secret): Promise<AsyncDisposable> {
  const given = { ...twitch.emoteSettings, PERSON_HASH_SECRET, OPT_OUT_COMMAND: '!optout' }
  return startIngest(configFor(installation, twitch, [channel], given), installation.logger)
}

function say(
  twitch: TwitchServer,
  channel: string,
  id: string,
  text: string,
  [userId, login] = ['70077', 'annabel'],
) {
  twitch.say(
    channel,
    `@badges=;display-name=${login};emotes=;id=${id};room-id=${twitch.roomId(channel)};subscriber=0;tmi-sent-ts=${Date.now()};user-id=${userId} :${login}!${login}@x PRIVMSG #${channel} :${text}`,
  )
}

const message = (id: string) => events.find((event) => event.type === 'message' && event.message_id === id)
const isJoined = (twitch: TwitchServer, channel: string) => () =>
  twitch.connections().some(({ joined }) => joined.has(channel))

test('a person opts out by the command, and a later ingest knows it before it writes anything', async () => {
  await using twitch = await startTwitch()
  {
    await using _ingest = await start(twitch, 'arena')
    await until(isJoined(twitch, 'arena'), 'joined')
    say(twitch, 'arena', 'c1', '!optout')
    say(twitch, 'arena', 'c2', 'a secret')
    say(twitch, 'arena', 'c3', 'hi @Annabel', ['8', 'eight'])
    await until(() => message('c3'), 'the message of another person')
  }
  expect(message('c1')).toBeUndefined()
  expect(message('c2')).toMatchObject({ user_id: hash.anonymousId('70077'), message: '', is_anonymous: true })
  expect(message('c3')).toMatchObject({ user_id: '8', message: 'hi @…' })
  await until(() => optOuts.has(hash.anonymousId('70077')), 'the opt-out')
  expect(optOuts.get(hash.anonymousId('70077'))).toMatchObject({
    requested_by: 'person',
    name_hashes: [hash.nameHash('annabel')],
    pending: { user_id: '70077', names: ['annabel'] },
  })
  await using _ingest = await start(twitch, 'second')
  await until(isJoined(twitch, 'second'), 'joined')
  say(twitch, 'second', 'd1', 'a secret')
  await until(() => message('d1'), 'the message')
  expect(message('d1')).toMatchObject({ user_id: hash.anonymousId('70077'), message: '' })
  for (const trace of traces) expect(values.join('\n')).not.toContain(trace)
})

test('an ingest without the secret of those who opted out does not start', async () => {
  await using twitch = await startTwitch()
  const starting = start(twitch, 'third', '2'.repeat(32))
  await expect(starting).rejects.toThrow('PERSON_HASH_SECRET does not have the secret')
  expect(twitch.connections()).toEqual([])
})
