import { afterAll, beforeAll, expect, test } from 'vitest'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { getOptOut } from '@chat-battle/contracts/rest/routes/get-opt-out'
import { getStats } from '@chat-battle/contracts/rest/routes/get-stats'
import { requestOptOut } from '@chat-battle/contracts/rest/routes/request-opt-out'
import { chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { until, windowLasts } from '@chat-battle/testkit/testing'
import { readEveryRow, tracesInTables, tracesInTopics } from '@chat-battle/testkit/traces'
import { startWholeSystem, type WholeSystem } from './whole-system.fixture.ts'

const channel = 'arena'
/** The figures of the open window are compared before and after. */
const openForMs = 90_000
const person = ['70077', 'annabel'] as const
/** What must not be found anywhere once the person is removed: the id, the name and the texts. */
const traces = ['70077', 'annabel', 'a first secret', 'a second secret', 'a third secret']

const running = new AsyncDisposableStack()
let installation: WholeSystem['installation']
let keyspace: WholeSystem['keyspace']
let twitch: WholeSystem['twitch']
let origin: string

beforeAll(async () => {
  ;({ installation, keyspace, twitch, origin } = await startWholeSystem(running, channel))
}, 120_000)
afterAll(() => running.disposeAsync(), 40_000)

function say(id: string, text: string, atMs: number, [userId, login]: readonly [string, string], tags = '') {
  const names = `badges=;display-name=${login};emotes=25:0-4;bits=5;id=${id};user-id=${userId}`
  twitch.say(
    channel,
    `@${names};room-id=${twitch.roomId(channel)};tmi-sent-ts=${atMs}${tags} :${login}!${login}@x PRIVMSG #${channel} :${text}`,
  )
}

function gift(atMs: number) {
  const about = `msg-param-recipient-id=${person[0]};msg-param-recipient-user-name=annabel;msg-param-months=3`
  twitch.say(
    channel,
    `@id=gift;msg-id=subgift;login=eight;user-id=8;display-name=Eight;room-id=${twitch.roomId(channel)};system-msg=Eight\\sgifted\\sAnnabel!;tmi-sent-ts=${atMs};${about} :tmi.twitch.tv USERNOTICE #${channel}`,
  )
}

const stats = (window_start?: number) =>
  callRoute(
    getStats,
    { params: { channel }, query: window_start === undefined ? {} : { window_start } },
    { origin },
  )

const inTables = () => tracesInTables(keyspace.settings, traces)
const inTopics = () => tracesInTopics(installation, traces)

/** Whether an archived message has a text in any column. */
async function isArchived(text: string): Promise<boolean> {
  let isFound = false
  await readEveryRow(keyspace.settings, (table, row) => {
    isFound ||= table === 'raw_chat_messages' && row.includes(text)
  })
  return isFound
}

test('a person who opts out is in no record and no row any more, and stays counted', async () => {
  await windowLasts(openForMs)
  const now = Date.now()
  /** In a window that closes when the chat goes on. */
  const before = windowStart(now) - 2 * windowMs + 1000
  say('old', 'Kappa a first secret', before, person)
  say('old-other', '@Annabel you said so', before + 1, ['8', 'eight'])
  say('new', 'Kappa a second secret', now, person)
  say(
    'reply',
    '@annabel no',
    now + 1,
    ['8', 'eight'],
    `;reply-parent-msg-id=new;reply-parent-user-id=${person[0]};reply-parent-user-login=annabel`,
  )
  gift(now + 2)
  say('deleted', 'Kappa a third secret', now + 3, person)
  twitch.say(
    channel,
    `@login=annabel;room-id=${twitch.roomId(channel)};target-msg-id=deleted;tmi-sent-ts=${now + 4} :tmi.twitch.tv CLEARMSG #${channel} :a third secret`,
  )
  const undecodable = JSON.stringify({ type: 'message', user_id: person[0], message: 'a first secret' })
  const producer = createProducer(installation.kafka)
  await producer.connect()
  const input = prefixed(installation.settings, chatMessagesTopic.name)
  await producer.send({ topic: input, messages: [{ key: '1', value: undecodable }] })
  await producer.disconnect()
  await until(async () => (await inTopics()).includes('dead-letters: a first secret'), 'a dead letter')
  await until(async () => (await inTables()).includes('channel_windows: 70077'), 'the closed window')
  await until(async () => (await inTables()).includes('channel_events: annabel'), 'the events')
  await until(async () => !(await inTables()).includes('raw_chat_messages: a third secret'), 'the deletion')
  await until(async () => (await stats()).message_count === 3, 'the statistics')
  const [openBefore, closedBefore] = [await stats(), await stats(windowStart(before))]
  expect(openBefore.top_chatters.map(({ user_id }) => user_id)).toContain(person[0])
  expect(closedBefore).toMatchObject({ final: true, message_count: 2, unique_chatters: 2, bits: 10 })

  const { job } = await callRoute(requestOptOut, { body: { login: 'Annabel' } }, { origin })
  const done = await until(async () => {
    const found = await callRoute(getOptOut, { params: { job } }, { origin })
    return found.state === 'done' ? found : undefined
  }, 'done')
  expect(done.rewritten).toBeGreaterThan(5)

  expect(await inTables()).toEqual([])
  expect(await inTopics()).toEqual([])
  expect(await isArchived(job)).toBe(true)

  say('later', 'Kappa a first secret', now + 5, person)
  const open = await until(async () => {
    const found = await stats()
    return found.message_count === 4 ? found : undefined
  }, 'the next message')
  const { message_count, unique_chatters, bits, top_chatters, most_replied_to, moderated_messages } = open
  expect({ message_count, unique_chatters, bits, moderated_messages }).toEqual({
    message_count: 4,
    unique_chatters: openBefore.unique_chatters,
    bits: openBefore.bits + 5,
    moderated_messages: 1,
  })
  expect([top_chatters, most_replied_to].flat().map((each) => each?.user_id)).toEqual(['8'])
  const closed = await stats(windowStart(before))
  expect(closed.top_chatters.map(({ user_id }) => user_id)).toEqual(['8'])
  expect(closed).toMatchObject({ final: true, message_count: 2, unique_chatters: 2, bits: 10 })
  await until(() => isArchived('"later"'), 'archived')
  expect(await inTables()).toEqual([])
}, 240_000)
