import { describe, expect, test } from 'vitest'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { message, moderation, notice, tick } from './chat-events.fixture.ts'
import { PartitionState } from './partition.ts'
import { statsFrame } from './stats-frame.ts'
import { maxExactChatters } from './aggregates/chatters.ts'

const start = 1_700_000_400_000
const minute = 60_000

/** Folds events, each appended at its own time, and gives every window's statistics by start. */
function fold(
  events: readonly ChatEvent[],
  appendMs?: number,
): { windows: ChannelStats[]; finals: ChannelStats[] } {
  const state = new PartitionState()
  events.forEach((event, offset) => state.apply(event, BigInt(offset), appendMs ?? event.timestamp ?? start))
  const windows = [...state.channels.values()].flatMap((channel) =>
    [...channel.windows.values()].map((window) => statsFrame(channel, window, events.length, false)),
  )
  return { windows, finals: state.takeFinals() }
}

function only(events: readonly ChatEvent[]): ChannelStats {
  const { windows } = fold(events)
  expect(windows).toHaveLength(1)
  return windows[0] as ChannelStats
}

test('the window starts on a boundary', () => expect(start % windowMs).toBe(0))

describe('a window', () => {
  test('counts each figure of its events', () => {
    const kappa = { id: '25', name: 'Kappa', start: 0, end: 5, provider: 'twitch' as const }
    const stats = only([
      message(start + 1, {
        bits: 100,
        is_first: true,
        is_subscriber: true,
        emotes: [kappa, { ...kappa, start: 6, end: 11 }],
      }),
      message(start + 5000, { user_id: '8', username: 'nightbot', is_first: true }),
      message(start + 5001, { user_id: '8', username: 'nightbot', is_first: true, source_channel_id: '5' }),
      notice(start + 6000, 'resub'),
      notice(start + 6000, '__proto__'),
      notice(start + 6000, 'resub'),
    ])
    expect(stats).toMatchObject({
      message_count: 3,
      mirrored_count: 1,
      bot_messages: 2,
      unique_chatters: 2,
      first_time_chatters: 2,
      subscriber_messages: 1,
      bits: 100,
      top_emotes: [{ id: '25', name: 'Kappa', count: 2, provider: 'twitch' }],
      top_chatters: [{ user_id: '7', username: 'seven', count: 1, bot: false }],
      top_bots: [{ user_id: '8', username: 'nightbot', count: 2, bot: true }],
      first_message_at: start + 1,
      last_message_at: start + 5001,
      late_count: 0,
    })
    expect(stats.series.counts.slice(0, 3)).toEqual([1, 2, 0])
    expect(stats.series.counts).toHaveLength(120)
    expect(Object.entries(stats.notices)).toEqual([
      ['resub', 2],
      ['__proto__', 1],
    ])
  })

  test('ranks as bots whom ingest says to be bots, and of older records those that are known by name', () => {
    const stats = only([
      message(start, { user_id: '1', username: 'timerbot', is_bot: true }),
      message(start, { user_id: '2', username: 'nightbot', is_bot: false }),
      message(start, { user_id: '3', username: 'moobot', is_bot: null }),
      message(start, { user_id: '4', username: 'ann', is_bot: false }),
      message(start, { user_id: '4', username: 'ann', is_bot: true }),
      message(start, { user_id: '4', username: 'ann', is_bot: false }),
    ])
    expect(stats.bot_messages).toBe(3)
    expect(stats.unique_chatters).toBe(4)
    expect(stats.top_chatters).toEqual([{ user_id: '2', username: 'nightbot', count: 1, bot: false }])
    expect(stats.top_bots?.map(({ username, count }) => `${username} ${count}`)).toEqual([
      'timerbot 1',
      'moobot 1',
      'ann 1',
    ])
  })

  test('counts emotes of two providers with the same id apart', () => {
    const emote = { id: '25', name: 'Kappa', start: 0, end: 5, provider: 'twitch' as const }
    const stats = only([
      message(start, { emotes: [emote, { ...emote, name: 'Duck', provider: 'ffz' }, emote] }),
    ])
    expect(stats.top_emotes).toEqual([
      { id: '25', name: 'Kappa', count: 2, provider: 'twitch' },
      { id: '25', name: 'Duck', count: 1, provider: 'ffz' },
    ])
  })

  test('counts a message id once, also across the boundary of windows', () => {
    const events = [message(start + windowMs - 1), message(start + windowMs + 1)]
    const { windows } = fold([
      ...events,
      ...events,
      { ...events[0], timestamp: start + windowMs + 5 } as ChatEvent,
    ])
    expect(windows.map((stats) => stats.message_count)).toEqual([1, 1])
  })

  test('counts chatters exactly up to its limit and within one percent above', () => {
    const crowd = (count: number) =>
      only(Array.from({ length: count }, (_, user) => message(start, { user_id: String(user) })))
    expect(crowd(maxExactChatters).unique_chatters).toBe(maxExactChatters)
    for (const count of [maxExactChatters + 1, 2 * maxExactChatters]) {
      const { unique_chatters, message_count } = crowd(count)
      expect(message_count).toBe(count)
      expect(Math.abs(unique_chatters - count)).toBeLessThan(count * 0.01)
    }
  })

  test('counts kinds of notices by name up to a limit and further ones as other', () => {
    const kinds = Array.from({ length: 66 }, (_, kind) => notice(start, `kind-${kind}`))
    const { notices } = only([...kinds, notice(start, 'kind-0')])
    expect(Object.keys(notices)).toHaveLength(65)
    expect(notices).toMatchObject({ 'kind-0': 2, 'kind-63': 1, other: 2 })
  })

  test('orders ties by id', () => {
    const users = ['30', '200', '1', '9', '100', '4', '5', '6', '7', '8', '10', '11']
    const stats = only(users.map((user_id) => message(start, { user_id })))
    expect(stats.top_chatters.map(({ user_id }) => user_id)).toEqual(users.toSorted().slice(0, 10))
  })

  test('ranks no banned person, in any order of events, and keeps their messages', () => {
    const lines = [message(start + 1), message(start + 2, { user_id: '8', username: 'eight' })]
    for (const events of [
      [...lines, moderation(start + 3)],
      [moderation(start + 3), ...lines],
    ]) {
      const stats = only([...events, moderation(start + 4, { action: 'ban', duration_s: null })])
      expect(stats.top_chatters.map(({ user_id }) => user_id)).toEqual(['8'])
      expect(stats).toMatchObject({
        message_count: 2,
        unique_chatters: 2,
        moderated_users: 1,
        moderated_messages: 0,
      })
    }
  })

  test('counts the distinct deleted messages', () => {
    const deletion = (target_message_id: string) =>
      moderation(start + 1, { action: 'delete_message', target_user_id: null, target_message_id })
    const stats = only([
      deletion('a'),
      deletion('b'),
      deletion('a'),
      moderation(start, { action: 'clear_chat', target_user_id: null }),
    ])
    expect(stats).toMatchObject({ moderated_messages: 2, moderated_users: 0 })
  })
})

describe('coverage', () => {
  const covered = (events: readonly ChatEvent[]) =>
    fold(events).windows.map(({ window_start, coverage }) => [window_start, coverage])

  test('merges the ranges of successive ticks', () => {
    const ticks = [tick(start + 5000, start + 1000), tick(start + 10_000, start + 5000)]
    const other = tick(start + 30_000, start + 20_000)
    const expected = [
      { from: start + 1000, to: start + 10_000 },
      { from: start + 20_000, to: start + 30_000 },
    ]
    expect(covered([...ticks, other, ...ticks])).toEqual([[start, expected]])
    expect(covered([other, ...ticks.toReversed()])).toEqual([[start, expected]])
  })

  test('is divided between windows, also to one without messages', () => {
    const across = tick(start + windowMs + 3000, start + windowMs - 2000)
    const expected = [
      [start, [{ from: start + windowMs - 2000, to: start + windowMs }]],
      [start + windowMs, [{ from: start + windowMs, to: start + windowMs + 3000 }]],
    ]
    expect(covered([message(start + 1), across])).toEqual(expected)
    expect(covered([across]).toSorted()).toEqual(expected)
  })

  test('never grows in a window that is closed', () => {
    const { windows, finals } = fold([
      message(start + 1),
      tick(start + windowMs + minute, start),
      tick(start + windowMs + minute + 1, start),
    ])
    expect(finals).toMatchObject([{ window_start: start, coverage: [] }])
    expect(windows).toMatchObject([
      { coverage: [{ from: start + windowMs, to: start + windowMs + minute + 1 }] },
    ])
  })

  test('ends where the tick is certain, not at its time', () => {
    const sure = { ...tick(start + 9000, start), covered_to: start + 4000 }
    expect(covered([sure])).toEqual([[start, [{ from: start, to: start + 4000 }]]])
  })

  test('is empty without a tick that reports it', () => {
    const silent = [message(start), notice(start, 'resub'), moderation(start), tick(start + 5)]
    expect(covered(silent)).toEqual([[start, []]])
    // Without a time of its own, a tick cannot say up to when.
    expect(
      covered([message(start), { ...tick(null), covered_from: start, covered_to: start + 1000 }]),
    ).toEqual([[start, []]])
    expect(covered([tick(start + 1000, start + 1000), tick(start, start + 500)])).toEqual([[start, []]])
  })
})

describe('time', () => {
  test('a window counts its events until channel time is one minute past its end', () => {
    const { windows, finals } = fold([
      message(start + 1),
      message(start + windowMs + minute - 1),
      message(start + 2),
      tick(start + windowMs + minute),
      message(start + 3),
    ])
    expect(finals).toMatchObject([{ window_start: start, message_count: 2, final: true, revision: 4 }])
    expect(windows).toMatchObject([{ window_start: start + windowMs, message_count: 1, late_count: 1 }])
  })

  test('ticks alone open the next window', () => {
    const { windows } = fold([message(start + 1), tick(start + windowMs + 1)])
    expect(windows.map((stats) => stats.message_count)).toEqual([1, 0])
  })

  test('a message from the year 2100 closes nothing and counts nowhere', () => {
    const state = new PartitionState()
    state.apply(message(start), 0n, start)
    const { outcome } = state.apply(message(4_102_444_800_000), 1n, start)
    expect(outcome).toBe('invalid_time')
    expect(state.takeFinals()).toEqual([])
    const window = state.channels.get('1001')?.windows.get(start)
    expect(window?.aggregates).toMatchObject({ messageCount: { value: 1 }, invalidTimeCount: { value: 1 } })
  })

  test("a tick without a timestamp advances channel time by the broker's clock once the channel has one", () => {
    const state = new PartitionState()
    expect(state.apply(tick(null), 0n, start).outcome).toBe('no_channel_time')
    expect(state.channels.size).toBe(0)
    const recordedAt = start - 100 * windowMs
    state.apply(message(recordedAt), 1n, start)
    for (let step = 1; step <= 11; step++) state.apply(tick(null), BigInt(step + 1), start + step * minute)
    expect(state.takeFinals()).toMatchObject([{ window_start: recordedAt, message_count: 1 }])
  })

  test('a tick that waited for the broker makes no message behind it late', () => {
    const state = new PartitionState()
    const saidAt = start + windowMs - minute
    state.apply(message(saidAt), 0n, saidAt)
    const backAt = saidAt + 3 * minute
    state.apply(tick(null), 1n, backAt)
    expect(state.apply(message(saidAt + 1000), 2n, backAt).outcome).toBe('counted')
    // From then on it catches up.
    for (let step = 1; step <= 3; step++) state.apply(tick(null), BigInt(step + 2), backAt + 5000 * step)
    expect(state.takeFinals()).toMatchObject([{ window_start: start, message_count: 2 }])
  })

  test('a silent channel is closed and forgotten while others have records', () => {
    const state = new PartitionState()
    state.apply(message(start), 0n, start)
    for (let step = 1n; step <= 32n; step++) {
      const at = start + (Number(step) * minute) / 2
      state.apply(message(at, { channel_id: '2002', channel_login: 'other' }), step, at)
    }
    expect([...state.channels.keys()]).toEqual(['2002'])
    expect(state.takeFinals()).toContainEqual(
      expect.objectContaining({ channel_id: '1001', message_count: 1, final: true }),
    )
  })

  test('messages that waited for an absent broker count in their windows', () => {
    const state = new PartitionState()
    const said = message(start)
    state.apply(said, 0n, start)
    const backAt = start + 30 * minute
    expect(state.apply(said, 1n, backAt).outcome).toBe('duplicate')
    state.apply(message(start + minute), 2n, backAt)
    expect(state.takeFinals()).toEqual([])
    const [window] = state.openWindows()
    expect(window?.window.aggregates.messageCount.value).toBe(2)
  })
})
