import { expect, test } from 'vitest'
import type { ChatEvent, Privacy } from '@chat-battle/contracts/records/chat-event'
import { message } from './chat-events.fixture.ts'
import { PartitionState } from './partition.ts'
import { Changelog } from './snapshot/changelog.ts'
import { statsFrame } from './stats-frame.ts'

const start = 1_700_000_400_000

const optOut: Privacy = {
  type: 'privacy',
  channel_id: '0',
  channel_login: '_',
  timestamp: null,
  user_id: '7',
  anonymous_id: 'anon-7',
  names: ['seven'],
}
const by8 = (given = {}) => message(start, { user_id: '8', username: 'eight', ...given })
const toSeven = { reply_to: { message_id: 'm', user_id: '7', username: 'seven' } }

function applied(events: readonly ChatEvent[], state = new PartitionState()) {
  return { state, results: events.map((event) => state.apply(event, state.nextOffset, start)) }
}

function figures(state: PartitionState) {
  const channel = state.channels.get('1001')
  const window = channel?.windows.get(start)
  if (channel === undefined || window === undefined) throw new Error('no window')
  const { message_count, unique_chatters, top_chatters, most_replied_to } = statsFrame(
    channel,
    window,
    1,
    false,
  )
  const ids = (people: readonly { user_id: string }[] | null) => people?.map(({ user_id }) => user_id)
  return { message_count, unique_chatters, top: ids(top_chatters), replied: ids(most_replied_to) }
}

/** Every record of the changelog as text. */
const stored = (state: PartitionState) =>
  Changelog.empty()
    .takeChanges(state)
    .map(({ value }) => String(value))
    .join('\n')

test('a person who opts out leaves the leaders at once, and stays counted', () => {
  const { state, results } = applied([message(start), message(start), by8(toSeven), optOut])
  expect(figures(state)).toEqual({ message_count: 3, unique_chatters: 2, top: ['8'], replied: [] })
  expect(results.at(-1)?.changed.map(({ revision }) => revision)).toEqual([4])
})

test('a person who opts out is counted once in a window, in whatever order their messages arrive', () => {
  const anonymous = message(start, { user_id: 'anon-7', username: '', message: '', is_anonymous: true })
  for (const events of [
    [message(start), optOut, anonymous],
    [message(start), anonymous, optOut],
    [anonymous, optOut],
  ])
    expect(figures(applied(events).state)).toMatchObject({ unique_chatters: 1, top: [] })
})

test('replies to a person who opted out count and do not rank them', () => {
  const anonymousReply = { reply_to: { message_id: 'm', user_id: 'anon-7', username: '' } }
  expect(figures(applied([by8(anonymousReply)]).state)).toMatchObject({ replied: [] })
})

test('nothing of the person stays in the changelog, also not in held events', () => {
  const ahead = message(start + 5 * 60_000, { message: 'a text of seven' })
  const { state } = applied([message(start), by8(toSeven), ahead])
  expect(stored(state)).toMatch(/"7".*a text of seven/s)
  applied([optOut], state)
  for (const text of ['"7"', 'seven', 'a text'])
    expect(stored(applied([by8()], state).state)).not.toContain(text)
})

test('an opt-out leaves the channels of others, their order and their time as they are', () => {
  const { state } = applied([by8(), by8({ channel_id: '1002' })])
  const before = JSON.stringify([...state.channels.values()])
  applied([optOut], state)
  expect(JSON.stringify([...state.channels.values()])).toBe(before)
})
