import { expect, test } from 'vitest'
import { channelStats } from './channel-stats.ts'

// A frame as the first version wrote it: such frames are on the topic during an upgrade, and in the archive for longer.
const firstVersion = {
  channel_id: '1',
  channel_login: 'arena',
  window_start: 600_000,
  window_end: 1_200_000,
  revision: 1,
  final: false,
  message_count: 0,
  mirrored_count: 0,
  bot_messages: 0,
  unique_chatters: 0,
  first_time_chatters: 0,
  subscriber_messages: 0,
  bits: 0,
  moderated_messages: 0,
  moderated_users: 0,
  top_emotes: [],
  top_chatters: [],
  notices: {},
  series: { step_ms: 5000, counts: [] },
  first_message_at: null,
  last_message_at: null,
  late_count: 0,
}

test('figures that the first version did not record are null in its frames', () => {
  const { coverage, reply_count, most_replied_to, mood, mood_series, ...rest } =
    channelStats.parse(firstVersion)
  expect({ coverage, reply_count, most_replied_to, mood, mood_series }).toEqual({
    coverage: null,
    reply_count: null,
    most_replied_to: null,
    mood: null,
    mood_series: null,
  })
  for (const value of Object.values(rest)) expect(value).toBeDefined()
})
