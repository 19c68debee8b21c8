import fc from 'fast-check'
import { expect, test } from 'vitest'
import { statsKey, type ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChatEvent, ChatMessage } from '@chat-battle/contracts/chat-event'
import { graceMs, seriesLength, seriesStepMs, windowMs, windowStart } from '@chat-battle/contracts/window'
import { maxAheadMs } from './channel-state.ts'
import { message, moderation, notice, tick } from './chat-events.fixture.ts'
import { StateLog } from './state-log.ts'
import { statsFrame } from './stats-frame.ts'

fc.configureGlobal({
  seed: 1_700_000_400,
  numRuns: 1000,
  interruptAfterTimeLimit: 20_000,
  markInterruptAsFailure: true,
})

type Timed = ChatEvent & { timestamp: number }
type Input = { event: ChatEvent; appendMs: number }[]
type Cut = { at: number; how: 'flush' | 'hand over' | 'crash' }

const firstMs = 1_700_000_400_000
const starts = [firstMs, firstMs + windowMs, firstMs + 2 * windowMs]
const endMs = firstMs + 3 * windowMs
const closingMs = endMs + 2 * windowMs
const channels = ['one', 'two'].map((login, id) => ({ channel_id: `${id}`, channel_login: login }))
const names = ['nightbot', 'moobot', ...'abcdefghijklmn']
const emotes = names.map((name, id) => ({ id: `${id}`, name, start: 0, end: 1 }))

const channel = fc.constantFrom(...channels)
const person = fc.nat(names.length - 1)
const instant = fc.oneof(
  fc.integer({ min: firstMs, max: endMs - 1 }),
  // Where windows meet: while the one before still takes what belongs to it.
  fc.integer({ min: -graceMs, max: graceMs }).map((ms) => firstMs + windowMs + ms),
  fc.constantFrom(...starts.flatMap((at) => [at, at + graceMs - 1, at + graceMs, at + windowMs - 1])),
)
const said = fc
  .record({
    user: person.map((id) => ({ user_id: `${id}`, username: names[id] })),
    emotes: fc.array(fc.constantFrom(...emotes), { maxLength: 3 }),
    bits: fc.constantFrom(0, 100),
    is_first: fc.boolean(),
    is_subscriber: fc.boolean(),
    source_channel_id: fc.option(fc.constant('9')),
  })
  .map(({ user, ...given }) => message(0, { ...user, ...given }))
const noticed = fc.constantFrom('sub', 'raid').map((kind) => notice(0, kind))
const moderated = fc
  .record({
    action: fc.constantFrom('clear_chat', 'ban', 'timeout', 'delete_message'),
    target_user_id: fc.option(person.map(String)),
    target_message_id: fc.option(fc.constantFrom('x', 'y', 'z')),
  })
  .map((given) => moderation(0, given))
const counted = fc.oneof(said, said, said, said, said, said, noticed, moderated)
const event: fc.Arbitrary<Timed> = fc
  .tuple(fc.oneof(counted, counted, counted, fc.constant(tick(0))), channel, instant)
  .map(([event, channel, timestamp]) => ({ ...event, ...channel, timestamp }))

/** Few are spread thin over the windows, many fill them. */
function fewOrMany<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  const few = fc.array(item, { maxLength: 10 })
  return fc.oneof(few, few, few, fc.array(item, { maxLength: 200, size: 'max' }))
}

const inOrder = (input: Input): Input => input.toSorted((a, b) => a.appendMs - b.appendMs)

/** Events, and how they arrive: each up to `copies` times, no later than `share` of the time left before its window closes. */
function arrivals(share: number, copies = 1): fc.Arbitrary<{ events: Timed[]; input: Input }> {
  const delays = fc.array(fc.nat(1000 * share), { minLength: 1, maxLength: copies })
  const sent = fewOrMany(fc.record({ event, delays }))
  const brokerAheadMs = fc.integer({ min: -maxAheadMs, max: windowMs })
  return fc.tuple(sent, brokerAheadMs).map(([sent, aheadMs]) => {
    const input = sent.flatMap(({ event, delays }) => {
      const leftMs = windowStart(event.timestamp) + windowMs + graceMs - 1 - event.timestamp
      const delayMs = delays.map((delay) => Math.floor((leftMs * delay) / 1000))
      return delayMs.map((ms) => ({ event, appendMs: event.timestamp + aheadMs + ms }))
    })
    return { events: sent.map(({ event }) => event), input: inOrder(input) }
  })
}

/** The final frames of all windows, as they close. After a handover or a crash, only what was written is left. */
function fold(input: Input, cuts: Cut[] = []): ChannelStats[] {
  const appendMs = Math.max(closingMs, input.at(-1)?.appendMs ?? 0)
  const closing = channels.map((channel) => ({ event: { ...tick(closingMs), ...channel }, appendMs }))
  const records = [...input, ...closing]
  const topic = new Map<string, Buffer>()
  const finals: ChannelStats[] = []
  let { log, state, unreadable } = StateLog.restore(topic)
  for (const { at, how } of [...cuts, { at: records.length, how: 'flush' }]) {
    for (const { event, appendMs } of records.slice(Number(state.nextOffset), at)) {
      const { changed } = state.apply(event, state.nextOffset, appendMs)
      // Asks for the top ones, which are kept up to date from then on.
      for (const { channel, window } of changed) statsFrame(channel, window, 0, false)
    }
    if (how !== 'crash') {
      for (const { key, value } of log.takeChanges(state)) {
        if (value === null) topic.delete(key)
        else topic.set(key, value)
      }
      finals.push(...state.takeFinals())
    }
    if (how !== 'flush') ({ log, state, unreadable } = StateLog.restore(topic))
    expect(unreadable).toEqual([])
  }
  return finals
}

function figures(frames: ChannelStats[]) {
  const sorted = frames.toSorted((a, b) => (statsKey(a) < statsKey(b) ? -1 : 1))
  return sorted.map(({ revision: _, ...figures }) => figures)
}

/** What the figures of every window have to be, whatever became of its events on their way. */
function countPlainly(events: Timed[]) {
  const windows = channels.flatMap((channel) => starts.map((start) => ({ channel, start })))
  return windows.flatMap(({ channel, start }) => {
    const inWindow = ({ channel_id, timestamp }: Timed) =>
      channel_id === channel.channel_id && windowStart(timestamp) === start
    const here = events.filter(inWindow)
    return here.length === 0 ? [] : [{ ...channel, ...countWindow(start, here) }]
  })
}

const distinct = (ids: (string | null)[]) => new Set(ids.filter((id) => id !== null))
const counts = (ids: string[]) =>
  [...Map.groupBy(ids, (id) => id)].map(([id, { length }]) => ({ id, count: length }))
const topTen = (ids: string[]) =>
  counts(ids)
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1))
    .slice(0, 10)
    .map(({ id, count }) => ({ id, count, name: names[Number(id)] ?? '' }))

function countWindow(start: number, events: Timed[]) {
  const messages = events.filter((event) => event.type === 'message')
  const notices = events.filter((event) => event.type === 'notice')
  const { deleted = [], banned = [] } = Object.groupBy(
    events.filter((event) => event.type === 'moderation'),
    ({ action }) => (action === 'delete_message' ? 'deleted' : 'banned'),
  )
  const bannedIds = distinct(banned.map(({ target_user_id }) => target_user_id))
  const which = (test: (message: ChatMessage) => boolean) => messages.filter(test)
  const users = (messages: ChatMessage[]) => messages.map(({ user_id }) => user_id)
  const shown = topTen(users(which(({ user_id }) => !bannedIds.has(user_id))))
  const times = messages.map(({ timestamp }) => timestamp).sort((a, b) => a - b)
  const steps = times.map((timestamp) => Math.floor((timestamp - start) / seriesStepMs))
  return {
    window_start: start,
    window_end: start + windowMs,
    final: true,
    message_count: messages.length,
    mirrored_count: which((message) => message.source_channel_id !== null).length,
    bot_messages: which(({ username }) => username.endsWith('bot')).length,
    unique_chatters: distinct(users(messages)).size,
    first_time_chatters: distinct(users(which((message) => message.is_first))).size,
    subscriber_messages: which((message) => message.is_subscriber).length,
    bits: messages.reduce((sum, { bits }) => sum + bits, 0),
    moderated_messages: distinct(deleted.map(({ target_message_id }) => target_message_id)).size,
    moderated_users: bannedIds.size,
    top_emotes: topTen(messages.flatMap(({ emotes }) => emotes.map(({ id }) => id))),
    top_chatters: shown.map(({ id, name, count }) => {
      return { user_id: id, username: name, count, bot: name.endsWith('bot') }
    }),
    notices: Object.fromEntries(counts(notices.map(({ kind }) => kind)).map(({ id, count }) => [id, count])),
    series: {
      step_ms: seriesStepMs,
      counts: Array.from({ length: seriesLength }, (_, at) => steps.filter((step) => step === at).length),
    },
    first_message_at: times.at(0) ?? null,
    last_message_at: times.at(-1) ?? null,
    late_count: 0,
  }
}

test.each([
  ['in order', arrivals(0)],
  ['in any order within the grace', arrivals(1)],
  ['sent again and again within the grace', arrivals(1, 3)],
])('%s, events give what a plain count of them gives', (_, arrivals) => {
  const holds = fc.property(arrivals, ({ events, input }) => {
    expect(figures(fold(input))).toEqual(countPlainly(events))
  })
  fc.assert(holds)
})

test('a late event is counted as late in the window open then, and changes nothing else', () => {
  const late = fc.record({ event: counted, after: fc.nat(500), byMs: fc.nat(windowMs) })
  const holds = fc.property(arrivals(1, 2), late, ({ events, input }, { event, after, byMs }) => {
    const heard = input.slice(0, 1 + (after % (input.length + 1)))
    const last = heard.at(-1)
    fc.pre(last !== undefined)
    const { channel_id, channel_login } = last.event
    const inChannel = heard.filter(({ event }) => event.channel_id === channel_id)
    const timeMs = Math.max(...inChannel.map(({ event }) => event.timestamp ?? 0))
    const timestamp = windowStart(timeMs - graceMs) - 1 - byMs
    const lateEvent = { ...event, channel_id, channel_login, timestamp }
    const withLate = input.toSpliced(heard.length, 0, { event: lateEvent, appendMs: last.appendMs })
    const expected = countPlainly(events).map((window) => {
      const isOpen = window.channel_id === channel_id && window.window_start === windowStart(timeMs)
      return { ...window, late_count: isOpen ? 1 : 0 }
    })
    expect(figures(fold(withLate))).toEqual(expected)
  })
  fc.assert(holds)
})

test('whatever arrives, a processor that was stopped goes on as if it had not been', () => {
  // More than a page of the state holds.
  const crowd = Array.from({ length: 300 }, (_, id) => ({
    event: message(firstMs, { ...channels[0], user_id: `${id}` }),
    appendMs: firstMs,
  }))
  const unheard = channel.map((channel) => ({ ...tick(null), ...channel }))
  const sent = fc.record({
    event: fc.oneof(event, event, event, event, event, unheard),
    appended: fc.array(instant, { minLength: 1, maxLength: 2 }),
  })
  const cut = fc.record({
    at: fc.integer({ min: crowd.length, max: crowd.length + 200 }),
    how: fc.constantFrom('flush', 'hand over', 'crash'),
  })
  const cuts = fc
    .array(cut, { maxLength: 40, size: 'max' })
    .map((cuts) => cuts.toSorted((one, next) => one.at - next.at))
  const holds = fc.property(fewOrMany(sent), cuts, (sent, cuts) => {
    const rest = sent.flatMap(({ event, appended }) => appended.map((appendMs) => ({ event, appendMs })))
    const input = [...crowd, ...inOrder(rest)]
    expect(fold(input, cuts)).toEqual(fold(input))
  })
  fc.assert(holds, { numRuns: 150 })
})
