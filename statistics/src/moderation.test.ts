import { expect, test } from 'vitest'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { message, moderation, notice } from './chat-events.fixture.ts'
import { PartitionState } from './partition.ts'
import { statsFrame } from './stats-frame.ts'

const start = 1_700_000_400_000
const next = start + windowMs
const minute = 60_000

/** Every open window's statistics after these events, oldest first. */
function fold(events: readonly ChatEvent[]): ChannelStats[] {
  const state = new PartitionState()
  events.forEach((event, offset) => state.apply(event, BigInt(offset), event.timestamp ?? start))
  return [...state.openWindows()]
    .map(({ channel, window }) => statsFrame(channel, window, 1, false))
    .sort((a, b) => a.window_start - b.window_start)
}

const leaders = (frames: ChannelStats[]) =>
  frames.map((stats) => stats.top_chatters.map(({ user_id }) => user_id))
const moderated = (frames: ChannelStats[]) => frames.map((stats) => stats.moderated_messages)

const deletion = (at: number, target_message_id: string) =>
  moderation(at, { action: 'delete_message', target_user_id: null, target_username: null, target_message_id })
const clearing = (at: number) =>
  moderation(at, { action: 'clear_chat', target_user_id: null, target_username: null })

test('removes a banned person from the top of the window before while it is open', () => {
  const said = [message(start + 1), message(start + 2, { user_id: '8' }), message(next + 1, { user_id: '8' })]
  const ban = moderation(next + 5)
  for (const events of [
    [...said, ban],
    [ban, ...said],
    [...said.slice(1), ban, ...said.slice(0, 1)],
  ]) {
    const frames = fold(events)
    expect(leaders(frames)).toEqual([['8'], ['8']])
    expect(frames.map((stats) => stats.moderated_users)).toEqual([0, 1])
    expect(frames.map((stats) => stats.message_count)).toEqual([2, 1])
  }
})

test('leaves later windows unchanged by a ban', () => {
  const frames = fold([message(next + 1), moderation(start + 5)])
  expect(leaders(frames)).toEqual([[], ['7']])
})

test('counts a deletion in the window of its message, in either order', () => {
  const said = message(next - 1, { message_id: 'a' })
  for (const events of [
    [said, deletion(next + 1, 'a')],
    [deletion(next + 1, 'a'), said],
  ]) {
    expect(moderated(fold(events))).toEqual([1, 0])
    expect(moderated(fold([...events, deletion(next + 2, 'a')]))).toEqual([1, 0])
  }
})

test('counts a deletion in its own window if its message is unknown or in a closed window', () => {
  expect(moderated(fold([message(start), deletion(next + 1, 'unknown')]))).toEqual([0, 1])
  const said = message(start, { message_id: 'a' })
  expect(moderated(fold([said, message(next), deletion(next + minute, 'a')]))).toEqual([1])
})

test('counts all earlier messages as moderated when the chat is cleared, in any order', () => {
  const said = [
    message(start + 1),
    message(next - 1),
    message(next + 5),
    message(next + 6, { message_id: 'later' }),
  ]
  const [first, second, third, later] = said as [ChatEvent, ChatEvent, ChatEvent, ChatEvent]
  for (const events of [
    [first, second, third, clearing(next + 5), later],
    [later, clearing(next + 5), third, second, first],
    [first, clearing(next + 5), later, clearing(start + 1), second, third],
  ]) {
    const frames = fold(events)
    expect(moderated(frames)).toEqual([2, 1])
    expect(frames.map((stats) => stats.message_count)).toEqual([2, 2])
    expect(leaders(frames)).toEqual([['7'], ['7']])
  }
})

test('counts a message that is cleared and deleted as moderated once', () => {
  const said = message(start + 1, { message_id: 'a' })
  const [cleared, deleted] = [clearing(start + 3), deletion(start + 2, 'a')]
  for (const events of [
    [said, cleared, deleted],
    [said, deleted, cleared],
    [deleted, cleared, said],
    [cleared, said, deleted],
    [cleared, deleted, said],
  ]) {
    expect(moderated(fold([...events, message(start + 2)]))).toEqual([2])
    expect(moderated(fold([...events, clearing(start + 9)]))).toEqual([1])
  }
})

test('does not count a notice as a cleared message', () => {
  expect(moderated(fold([notice(start + 1, 'resub'), clearing(start + 2)]))).toEqual([0])
})

test('counts a late event once although it arrives several times', () => {
  const late = [
    message(start),
    notice(start, 'resub'),
    moderation(start),
    deletion(start, 'a'),
    clearing(start),
  ]
  const events = [message(next + minute), ...late, ...late, moderation(start + 1)]
  expect(fold(events)).toMatchObject([{ late_count: 6, message_count: 1, moderated_messages: 0 }])
})

test('reports every window whose figures change', () => {
  const changedBy = (events: readonly ChatEvent[]) => {
    const state = new PartitionState()
    const applied = events.map((event, offset) =>
      state.apply(event, BigInt(offset), event.timestamp ?? start).changed.map(({ window }) => window.start),
    )
    return [...new Set(applied.at(-1))].sort()
  }
  const both = [message(start), message(next)]
  for (const event of [moderation(next + 1), clearing(next + 1), deletion(next + 1, 'a')])
    expect(changedBy([...both, event])).toEqual([start, next])
  const moved = message(start, { message_id: 'a' })
  expect(changedBy([...both, message(next + 5), deletion(next + 1, 'a'), moved])).toEqual([start, next])
  expect(changedBy([...both, message(next + 5)])).toEqual([next])
})
