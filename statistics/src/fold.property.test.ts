import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { statsKey, type ChannelStats, type TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { ChatEvent, ChatMessage, Moderation } from '@chat-battle/contracts/records/chat-event'
import {
  graceMs,
  seriesLength,
  seriesStepMs,
  viewersStepMs,
  windowMs,
  windowStart,
} from '@chat-battle/contracts/window'
import { exactCount } from '@chat-battle/twitch-stub/compare/exact-count'
import { noAnswers } from '@chat-battle/twitch-stub/compare/third-party'
import { compareWindow } from '@chat-battle/twitch-stub/compare/side-by-side'
import { maxAheadMs, witnesses } from './time/broker-skew.ts'
import { live, message, moderation, notice, tick } from './chat-events.fixture.ts'
import { Changelog } from './snapshot/changelog.ts'
import { statsFrame } from './stats-frame.ts'

fc.configureGlobal({
  seed: 1_700_000_400,
  numRuns: 1000,
  interruptAfterTimeLimit: 90_000,
  markInterruptAsFailure: true,
})

// Longer only where the machine is busy.
vi.setConfig({ testTimeout: 120_000 })

type Timed = ChatEvent & { timestamp: number }
type Input = { event: ChatEvent; appendMs: number }[]
type Cut = { at: number; how: 'flush' | 'hand over' | 'crash' }

const firstMs = 1_700_000_400_000
const starts = [firstMs, firstMs + windowMs, firstMs + 2 * windowMs]
const endMs = firstMs + 3 * windowMs
const closingMs = endMs + 2 * windowMs
const channels = ['one', 'two'].map((login, id) => ({ channel_id: `${id}`, channel_login: login }))
const names = ['nightbot', 'moobot', ...'abcdefghijklmn']
/** `Twitch` and another provider have emotes of the same ids. */
const emotes = names.flatMap((name, id) =>
  (['twitch', '7tv'] as const).map((provider) => ({
    id: `${id}`,
    name: provider === 'twitch' ? name : `x-${name}`,
    start: 0,
    end: 1,
    provider,
  })),
)
const isBotName = (id: number) => names[id]?.endsWith('bot') === true

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
    user: fc.tuple(person, fc.constantFrom(null, null, null, null, true, false)).map(([id, is_bot]) => ({
      user_id: `${id}`,
      username: names[id],
      // No line says of a known bot that it is none.
      is_bot: isBotName(id) && is_bot === false ? null : is_bot,
    })),
    emotes: fc.array(fc.constantFrom(...emotes), { maxLength: 3 }),
    bits: fc.constantFrom(0, 100),
    is_first: fc.boolean(),
    is_subscriber: fc.boolean(),
    mood: fc.constantFrom(-1 as const, 0 as const, 1 as const, null),
    source_channel_id: fc.option(fc.constant('9')),
    reply_to: fc.option(
      fc.tuple(person, fc.constantFrom(null, null, true, false)).map(([id, is_bot]) => ({
        message_id: 'm',
        user_id: `${id}`,
        username: names[id] ?? '',
        is_bot: isBotName(id) && is_bot === false ? null : is_bot,
      })),
    ),
  })
  .map(({ user, ...given }) => message(0, { ...user, ...given }))
const deletedIds = ['x', 'y', 'z']
const noticed = fc.constantFrom('sub', 'raid').map((kind) => notice(0, kind))
const moderated = fc
  .record({
    action: fc.constantFrom('clear_chat', 'ban', 'timeout', 'delete_message'),
    target_user_id: fc.option(person.map(String)),
    target_message_id: fc.option(fc.constantFrom(...deletedIds)),
  })
  .map((given) => moderation(0, given))
const counted = fc.oneof(said, said, said, said, said, said, noticed, moderated)
const ticked = fc
  .option(fc.oneof(fc.nat(windowMs / 20), fc.nat(2 * windowMs)))
  .map((coveredMs) => ({ coveredMs }))
const event: fc.Arbitrary<Timed> = fc.oneof(
  ...[counted, counted, counted].map((counted) =>
    fc
      .tuple(counted, channel, instant)
      .map(([event, channel, timestamp]) => ({ ...event, ...channel, timestamp })),
  ),
  fc.tuple(ticked, channel, instant).map(([{ coveredMs }, channel, timestamp]) => {
    const from = coveredMs === null ? null : timestamp - coveredMs
    return { ...tick(timestamp, from), ...channel, timestamp }
  }),
  fc
    .tuple(fc.option(fc.constantFrom(0, 7, 900)), channel, instant)
    .map(([viewers, channel, timestamp]) => live(timestamp, viewers, channel)),
)

/** Few events leave windows nearly empty, many fill them. */
function fewOrMany<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  const few = fc.array(item, { maxLength: 10 })
  return fc.oneof(few, few, few, fc.array(item, { maxLength: 200, size: 'max' }))
}

const inOrder = (input: Input): Input => input.toSorted((a, b) => a.appendMs - b.appendMs)

/** When the first window closes that an event counts in, epoch ms. */
function firstClosingAt({ type, timestamp }: Timed): number {
  const closesAt = windowStart(timestamp) + graceMs
  const reachesBack = (type === 'moderation' || type === 'tick') && timestamp < closesAt
  return reachesBack ? closesAt : closesAt + windowMs
}

/** Gives the first messages the ids that deletions target. */
function withDeletedIds<T extends ChatEvent>(events: T[]): T[] {
  const ids = [...deletedIds]
  return events.map((event) => {
    const message_id = event.type === 'message' ? ids.shift() : undefined
    return message_id === undefined ? event : { ...event, message_id }
  })
}

const aroundTwitch = fc.integer({ min: -maxAheadMs, max: 3 * windowMs })

/**
 * Events, and how they arrive: each up to `copies` times, no later than `share` of the time left before a window closes that it
 * counts in, by a broker whose clock is ahead of Twitch's by so many ms.
 */
function arrivals(
  share: number,
  copies = 1,
  brokerAheadMs = aroundTwitch,
): fc.Arbitrary<{ events: Timed[]; input: Input }> {
  const delays = fc.array(fc.nat(1000 * share), { minLength: 1, maxLength: copies })
  const sent = fewOrMany(fc.record({ event, delays }))
  return fc.tuple(sent, brokerAheadMs).map(([sent, aheadMs]) => {
    const events = withDeletedIds(sent.map(({ event }) => event))
    const input = events.flatMap((event, index) => {
      const leftMs = firstClosingAt(event) - 1 - event.timestamp
      const delayMs = sent[index]?.delays.map((delay) => Math.floor((leftMs * delay) / 1000)) ?? []
      return delayMs.map((ms) => ({ event, appendMs: event.timestamp + aheadMs + ms }))
    })
    return { events, input: inOrder(input) }
  })
}

/** The final frames of all windows, as they close. After a handover or a crash, only the written state is left. */
function fold(input: Input, cuts: Cut[] = []): ChannelStats[] {
  const appendMs = Math.max(closingMs, input.at(-1)?.appendMs ?? 0)
  const closing = channels.map((channel) => ({ event: { ...tick(closingMs), ...channel }, appendMs }))
  const records = [...input, ...closing]
  const topic = new Map<string, Buffer>()
  const finals: ChannelStats[] = []
  let { log, state, unreadable } = Changelog.restore(topic)
  for (const { at, how } of [...cuts, { at: records.length, how: 'flush' }]) {
    for (const { event, appendMs } of records.slice(Number(state.nextOffset), at)) {
      const { changed } = state.apply(event, state.nextOffset, appendMs)
      // The first frame of a window finds its rankings; later messages keep them in order.
      for (const { channel, window } of changed) statsFrame(channel, window, 0, false)
    }
    if (how !== 'crash') {
      for (const { key, value } of log.takeChanges(state)) {
        if (value === null) topic.delete(key)
        else topic.set(key, value)
      }
      finals.push(...state.takeFinals())
    }
    if (how !== 'flush') ({ log, state, unreadable } = Changelog.restore(topic))
    expect(unreadable).toEqual([])
  }
  return finals
}

function figures(frames: ChannelStats[]) {
  const sorted = frames.toSorted((a, b) => (statsKey(a) < statsKey(b) ? -1 : 1))
  return sorted.map(({ revision: _, ...figures }) => figures)
}

/** The figures of every window, counted plainly. */
function countPlainly(events: Timed[]) {
  const windows = channels.flatMap((channel) =>
    [firstMs - windowMs, ...starts].map((start) => ({ channel, start })),
  )
  return windows.flatMap(({ channel, start }) => {
    const inChannel = events.filter(({ channel_id }) => channel_id === channel.channel_id)
    const inWindow = (at: number) => inChannel.filter(({ timestamp }) => windowStart(timestamp) === at)
    const here = inWindow(start)
    // While this one is still open.
    const soonAfter = inWindow(start + windowMs).filter(
      ({ timestamp }) => timestamp < start + windowMs + graceMs,
    )
    const coverage = coveredOf(start, [...here, ...soonAfter])
    if (here.length === 0 && coverage.length === 0) return []
    const counted = countWindow(start, here, soonAfter, inWindow(start - windowMs))
    return [{ ...channel, ...counted, coverage }]
  })
}

/** The parts of a window that ticks report as covered. */
function coveredOf(start: number, events: Timed[]): TimeRange[] {
  const reported = events.flatMap((event) =>
    event.type === 'tick' && event.covered_from !== null && event.covered_to !== null
      ? [{ from: event.covered_from, to: event.covered_to }]
      : [],
  )
  const edges = [start, start + windowMs, ...reported.flatMap(({ from, to }) => [from, to])]
    .filter((at) => at >= start && at <= start + windowMs)
    .sort((a, b) => a - b)
  const covered: TimeRange[] = []
  for (const [index, to] of edges.entries()) {
    const from = edges[index - 1]
    if (from === undefined || from === to) continue
    if (!reported.some((range) => range.from <= from && range.to >= to)) continue
    const before = covered.at(-1)
    if (before?.to === from) before.to = to
    else covered.push({ from, to })
  }
  return covered
}

/** The viewers of a window: of each minute the last count, of several at one time the greatest. */
function viewersOf(start: number, events: Timed[]): ChannelStats['viewers'] {
  const samples = events
    .filter((event) => event.type === 'live')
    .map(({ timestamp, stream }) => ({ timestamp, viewers: stream?.viewers ?? null }))
    .sort((a, b) => a.timestamp - b.timestamp || (a.viewers ?? -1) - (b.viewers ?? -1))
  const counts = Array.from({ length: windowMs / viewersStepMs }, (_, minute) => {
    const from = start + minute * viewersStepMs
    const within = samples.filter(({ timestamp }) => timestamp >= from && timestamp < from + viewersStepMs)
    return within.at(-1)?.viewers ?? null
  })
  const known = counts.filter((viewers) => viewers !== null)
  const last = known.at(-1)
  if (last === undefined) return null
  const average = Math.round(known.reduce((sum, viewers) => sum + viewers, 0) / known.length)
  return { last, peak: Math.max(...known), average, series: { step_ms: viewersStepMs, counts } }
}

const distinct = (ids: (string | null)[]) => new Set(ids.filter((id) => id !== null))
const counts = (ids: string[]) =>
  [...Map.groupBy(ids, (id) => id)].map(([id, { length }]) => ({ id, count: length }))
const topTen = (ids: string[]) =>
  counts(ids)
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1))
    .slice(0, 10)
    .map(({ id, count }) => ({ id, count, name: names[Number(id)] ?? '' }))

function topEmotes(messages: ChatMessage[]) {
  const keys = messages.flatMap(({ emotes }) => emotes.map(({ provider, id }) => `${provider}:${id}`))
  return counts(keys)
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1))
    .slice(0, 10)
    .map(({ id: key, count }) => {
      const [provider, id] = key.split(':')
      const name = emotes.find((emote) => emote.provider === provider && emote.id === id)?.name
      return { id, name, count, provider }
    })
}

const messagesOf = (events: Timed[]) => events.filter((event) => event.type === 'message')
const moderationOf = (events: Timed[], ...actions: Moderation['action'][]) =>
  events.filter((event) => event.type === 'moderation').filter(({ action }) => actions.includes(action))
const bannedIn = (events: Timed[]) =>
  distinct(moderationOf(events, 'ban', 'timeout').map(({ target_user_id }) => target_user_id))
const deletedIn = (events: Timed[]) =>
  distinct(moderationOf(events, 'delete_message').map(({ target_message_id }) => target_message_id))

/** The ids of the moderated messages of a window, and of unknown messages that were deleted in it. */
function moderatedIn(start: number, here: Timed[], soonAfter: Timed[], before: Timed[]): Set<string> {
  const messages = messagesOf(here)
  const clearedUntil = Math.max(
    0,
    ...moderationOf([...here, ...soonAfter], 'clear_chat').map(({ timestamp }) => timestamp),
  )
  const cleared = messages.filter(({ timestamp }) => timestamp <= clearedUntil)
  const laterDeleted = messages.filter(({ message_id }) => deletedIn(soonAfter).has(message_id))
  const atOnce = deletedIn(here.filter(({ timestamp }) => timestamp < start + graceMs))
  const ofBefore = messagesOf(before).filter(({ message_id }) => atOnce.has(message_id))
  const deletedHere = deletedIn(here).difference(new Set(ofBefore.map(({ message_id }) => message_id)))
  return deletedHere.union(new Set([...cleared, ...laterDeleted].map(({ message_id }) => message_id)))
}

/** `soonAfter`: events of the next window while this one was open. `before`: events of the window before. */
function countWindow(start: number, events: Timed[], soonAfter: Timed[], before: Timed[]) {
  const messages = messagesOf(events)
  const notices = events.filter((event) => event.type === 'notice')
  const bannedIds = bannedIn([...events, ...soonAfter])
  const which = (test: (message: ChatMessage) => boolean) => messages.filter(test)
  const users = (messages: ChatMessage[]) => messages.map(({ user_id }) => user_id)
  const peopleOf = (ids: string[]) =>
    topTen(ids.filter((id) => !bannedIds.has(id))).map(({ id, name, count }) => {
      return { user_id: id, username: name, count, bot: name.endsWith('bot') }
    })
  const ofBots = which(({ username, is_bot }) => is_bot ?? username.endsWith('bot'))
  const bots = distinct(users(ofBots))
  const replies = which(({ reply_to }) => reply_to !== null)
  const answered = replies.flatMap(({ user_id, reply_to }) =>
    reply_to === null || reply_to.user_id === user_id ? [] : [reply_to.user_id],
  )
  const answeredBots = replies.flatMap(({ user_id, reply_to }) => {
    if (reply_to === null || reply_to.user_id === user_id) return []
    return (reply_to.is_bot ?? reply_to.username.endsWith('bot')) ? [reply_to.user_id] : []
  })
  const times = messages.map(({ timestamp }) => timestamp).sort((a, b) => a - b)
  const steps = times.map((timestamp) => Math.floor((timestamp - start) / seriesStepMs))
  return {
    window_start: start,
    window_end: start + windowMs,
    final: true,
    message_count: messages.length,
    mirrored_count: which((message) => message.source_channel_id !== null).length,
    bot_messages: ofBots.length,
    unique_chatters: distinct(users(messages)).size,
    first_time_chatters: distinct(users(which((message) => message.is_first))).size,
    subscriber_messages: which((message) => message.is_subscriber).length,
    bits: messages.reduce((sum, { bits }) => sum + bits, 0),
    moderated_messages: moderatedIn(start, events, soonAfter, before).size,
    moderated_users: bannedIn(events).size,
    top_emotes: topEmotes(messages),
    top_chatters: peopleOf(users(messages).filter((id) => !bots.has(id))).map((each) => ({
      ...each,
      bot: false,
    })),
    top_bots: peopleOf(users(ofBots)).map((each) => ({ ...each, bot: true })),
    notices: Object.fromEntries(counts(notices.map(({ kind }) => kind)).map(({ id, count }) => [id, count])),
    series: {
      step_ms: seriesStepMs,
      counts: Array.from({ length: seriesLength }, (_, at) => steps.filter((step) => step === at).length),
    },
    reply_count: replies.length,
    most_replied_to: peopleOf(answered).map((each) => ({
      ...each,
      bot: bots.has(each.user_id) || answeredBots.includes(each.user_id),
    })),
    first_message_at: times.at(0) ?? null,
    last_message_at: times.at(-1) ?? null,
    late_count: 0,
    viewers: viewersOf(start, events),
    ...moodIn(start, messages),
  }
}

function moodIn(start: number, messages: ChatMessage[]) {
  const minutes = (mood: number) =>
    Array.from({ length: 10 }, (_, minute) => {
      const from = start + minute * 60_000
      const isIn = ({ timestamp }: ChatMessage) => timestamp >= from && timestamp < from + 60_000
      return messages.filter((message) => message.mood === mood && isIn(message)).length
    })
  const covered = messages.filter(({ mood }) => mood !== null)
  const share = (mood: number) => covered.filter((message) => message.mood === mood).length / covered.length
  return {
    mood:
      covered.length < 25
        ? null
        : { positive: share(1), negative: share(-1), coverage: covered.length / messages.length },
    mood_series: { step_ms: 60_000, positive: minutes(1), negative: minutes(-1), neutral: minutes(0) },
  }
}

test.each([
  ['in order', arrivals(0)],
  ['in any order within the grace', arrivals(1)],
  ['that arrive several times within the grace', arrivals(1, 3)],
])('counts events %s as a plain count does', (_, arrivals) => {
  const holds = fc.property(arrivals, ({ events, input }) => {
    expect(figures(fold(input))).toEqual(countPlainly(events))
  })
  fc.assert(holds)
})

/** The line that Twitch sends for an event; undefined for one that is no line. */
function lineOf(event: Timed): string | undefined {
  const { timestamp, channel_id, channel_login } = event
  const line = (
    command: string,
    text: string,
    tags: Record<string, string | number | null>,
    login = 'tmi',
  ) => {
    const given = Object.entries({ ...tags, 'room-id': channel_id, 'tmi-sent-ts': timestamp })
    const written = given.filter(([, value]) => value !== null).map(([name, value]) => `${name}=${value}`)
    return `@${written.join(';')} :${login}!x@x ${command} #${channel_login} :${text}`
  }
  if (event.type === 'tick' || event.type === 'live') return undefined
  if (event.type === 'notice') return line('USERNOTICE', '', { id: event.notice_id, 'msg-id': event.kind })
  if (event.type === 'message') {
    const tags = {
      id: event.message_id,
      'user-id': event.user_id,
      bits: event.bits,
      emotes: event.emotes
        .flatMap(({ provider, id }) => (provider === 'twitch' ? [`${id}:0-0`] : []))
        .join('/'),
      badges: event.is_bot === true ? 'bot-badge/1' : '',
      'first-msg': Number(event.is_first),
      subscriber: Number(event.is_subscriber),
      'source-room-id': event.source_channel_id,
      'reply-parent-msg-id': event.reply_to?.message_id ?? null,
      'reply-parent-user-id': event.reply_to?.user_id ?? null,
    }
    const others = event.emotes.flatMap(({ provider, name }) => (provider === 'twitch' ? [] : [name]))
    return line('PRIVMSG', ['h', ...others].join(' '), tags, event.username)
  }
  if (event.action === 'delete_message')
    return line('CLEARMSG', '', { 'target-msg-id': event.target_message_id })
  const cleared = event.action === 'clear_chat'
  return line('CLEARCHAT', cleared ? '' : 'someone', {
    'target-user-id': cleared ? null : event.target_user_id,
  })
}

const globalSet = new Map([['global', emotes.filter(({ provider }) => provider === '7tv')]])

test('counts what `compare` counts of the same lines', () => {
  const holds = fc.property(arrivals(0), ({ input }) => {
    const lines = input.flatMap(({ event }) => lineOf(event as Timed) ?? [])
    const frames = new Map(
      fold(input).map((frame) => [`${frame.channel_login} ${frame.window_start}`, frame]),
    )
    for (const [login, windows] of exactCount(lines, {
      ...noAnswers,
      sets: { ...noAnswers.sets, '7tv': globalSet },
    })) {
      for (const [start, counted] of windows) {
        const { rows } = compareWindow(counted, frames.get(`${login} ${start}`))
        expect(rows.filter(({ same }) => !same)).toEqual([])
      }
    }
  })
  fc.assert(holds)
})

test('counts the same however far the clock of the broker is off', () => {
  const brokerAheadMs = fc.integer({ min: -6 * windowMs, max: 6 * windowMs })
  const elsewhere = { channel_id: '9', channel_login: 'witness' }
  const holds = fc.property(arrivals(0, 1, brokerAheadMs), ({ events, input }) => {
    const last = input.at(-1)
    fc.pre(last !== undefined)
    const { appendMs } = last
    const later = Array.from({ length: witnesses }, () => {
      const event = message(last.event.timestamp ?? 0, elsewhere)
      return { event, appendMs }
    })
    const finals = fold([...input, ...later]).filter(({ channel_id }) => channel_id !== '9')
    expect(figures(finals)).toEqual(countPlainly(events))
  })
  fc.assert(holds)
})

test('counts a late event as late once in the open window and changes nothing else', () => {
  const late = fc.record({
    event: counted,
    after: fc.nat(500),
    byMs: fc.nat(windowMs),
    copies: fc.integer({ min: 1, max: 3 }),
  })
  const holds = fc.property(arrivals(1, 2), late, ({ events, input }, { event, after, byMs, copies }) => {
    const received = input.slice(0, 1 + (after % (input.length + 1)))
    const last = received.at(-1)
    fc.pre(last !== undefined)
    const { channel_id, channel_login } = last.event
    const inChannel = received.filter(({ event }) => event.channel_id === channel_id)
    const timeMs = Math.max(...inChannel.map(({ event }) => event.timestamp ?? 0))
    const timestamp = windowStart(timeMs - graceMs) - 1 - byMs
    const lateEvent = { ...event, channel_id, channel_login, timestamp }
    const arrival = { event: lateEvent, appendMs: last.appendMs }
    const withLate = input.toSpliced(received.length, 0, ...Array.from({ length: copies }, () => arrival))
    const expected = countPlainly(events).map((window) => {
      const isOpen = window.channel_id === channel_id && window.window_start === windowStart(timeMs)
      return { ...window, late_count: isOpen ? 1 : 0 }
    })
    expect(figures(fold(withLate))).toEqual(expected)
  })
  fc.assert(holds)
})

test('continues after stops and crashes as if there were none', () => {
  // More than a page of the state holds.
  const crowd = Array.from({ length: 300 }, (_, id) => ({
    event: message(firstMs, { ...channels[0], user_id: `${id}` }),
    appendMs: firstMs,
  }))
  const untimed = channel.map((channel) => ({ ...tick(null), ...channel }))
  const sent = fc.record({
    event: fc.oneof(event, event, event, event, event, untimed),
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
    const events = withDeletedIds(sent.map(({ event }) => event))
    const rest = sent.flatMap(({ appended }, index) =>
      appended.map((appendMs) => ({ event: events[index] ?? expect.fail(), appendMs })),
    )
    const input = [...crowd, ...inOrder(rest)]
    expect(fold(input, cuts)).toEqual(fold(input))
  })
  fc.assert(holds, { numRuns: 150 })
})
