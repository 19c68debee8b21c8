import { expect, test } from 'vitest'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { getAbout } from '@chat-battle/contracts/rest/routes/get-about'
import { LiveView } from '../../current/live-view.ts'
import { EmoteSets } from '../../emotes/emote-sets.ts'
import { setFixture } from '../../emotes/emote-sets.fixture.ts'
import type { AppOptions } from '../app.ts'
import { startRest } from '../rest.fixture.ts'

async function about(given: Partial<AppOptions>) {
  const { origin } = await startRest({ archiveRetentionHours: 168, ...given })
  return callRoute(getAbout, {}, { origin })
}

test('says what the settings and the received records say of the installation', async () => {
  const emoteSets = new EmoteSets()
  const sets = [
    setFixture([], { channel_id: null, provider: '7tv', fetched_at: 70 }),
    setFixture([], { channel_id: null, provider: 'ffz', fetched_at: 80 }),
    setFixture([], { channel_id: '7', provider: 'bttv', fetched_at: 90 }),
  ]
  for (const record of sets.flat()) emoteSets.apply(record, 1)
  const liveView = new LiveView()
  for (const [channel_id, checked_at] of [
    ['1', 5],
    ['2', 9],
    ['3', 7],
  ] as const)
    liveView.apply({ channel_id, channel_login: 'arena', checked_at, stream: null })
  const contact = 'mailto:operator@example.org'
  const installation = { contact, optOutCommand: '!optout', isOptOutPossible: true }
  expect(await about({ installation, emoteSets, liveView, archiveRetentionHours: 48 })).toEqual({
    contact,
    opt_out: { is_possible: true, command: '!optout' },
    retention: { input_hours: 24, message_hours: 48, figure_days: 90 },
    counting: {
      window_ms: 600_000,
      grace_ms: 60_000,
      exact_chatters: 20_000,
      chatters_error: 0.008125,
      min_mood_messages: 25,
    },
    viewers_checked_at: 9,
    emote_sets: [
      { provider: '7tv', fetched_at: 70 },
      { provider: 'ffz', fetched_at: 80 },
    ],
  })
})

test('says what an installation without credentials, providers and contact lacks', async () => {
  expect(await about({})).toMatchObject({
    contact: null,
    opt_out: { is_possible: false, command: null },
    viewers_checked_at: null,
    emote_sets: [],
  })
})
