import { expect, test } from 'vitest'
import { locales } from '../i18n/messages.ts'
import { clockSentence, describe, indicatorOf } from './indicator.ts'
import { cardMessages, stateSentences, stateWords } from './messages.ts'
import { statusFixture } from './status.fixture.ts'

test.each([
  [statusFixture({}), 'live', 100, false, 'live'],
  [statusFixture({}), 'live', null, false, 'live'],
  [statusFixture({}), 'live', 20_000, false, 'live'],
  [statusFixture({}), 'live', 20_001, false, 'stale'],
  [statusFixture({}), 'polling', 100, false, 'polling'],
  [statusFixture({}), 'offline', 100, false, 'offline'],
  [statusFixture({}), 'slowed', 100, false, 'slowed'],
  [statusFixture({}), 'outdated', 100, false, 'outdated'],
  [null, 'slowed', null, true, 'slowed'],
  [null, 'live', null, true, 'waiting'],
  [statusFixture({ state: 'not_found' }), 'polling', null, false, 'not_found'],
  [statusFixture({ state: 'banned' }), 'live', null, false, 'banned'],
  [statusFixture({ state: 'limit_reached' }), 'live', null, false, 'limit_reached'],
  [statusFixture({ state: 'reconnecting' }), 'live', 21_000, false, 'reconnecting'],
  [statusFixture({ state: 'parted' }), 'live', null, false, 'joining'],
  [null, 'connecting', null, false, 'joining'],
] as const)(
  'status %o, connection %s, last frame %o ms ago, refused %o: shows %s',
  (status, connection, sinceFrameMs, isRefused, indicator) => {
    expect(indicatorOf({ status, connection, sinceFrameMs, isRefused })).toBe(indicator)
  },
)

test.each([
  [null, null],
  [25 * 60_000, 'The server’s clock is 25 minutes slow; every message is still counted.'],
  [-25 * 60_000, 'The server’s clock is 25 minutes fast; every message is still counted.'],
  [-70_000, 'The server’s clock is a minute fast; every message is still counted.'],
  [30_000, 'The server’s clock is less than a minute slow; every message is still counted.'],
])('describes a clock that is off by %o ms', (skewMs, sentence) => {
  expect(clockSentence(skewMs, cardMessages.en)).toBe(sentence)
})

test.each(locales)('describes in %s what differs where chat is simulated', (locale) => {
  const text = { words: stateWords[locale], sentences: stateSentences[locale] }
  const said = (indicator: 'live' | 'not_found' | 'polling', isSimulated: boolean) =>
    describe(indicator, { isSimulated, refusal: null }, text)
  expect(said('live', true)).toEqual({ word: text.words.simulated, sentence: text.sentences.simulated })
  expect(said('not_found', true).sentence).toBe(text.sentences.notSimulated)
  expect(said('not_found', false).sentence).toBe(text.sentences.not_found)
  expect(said('polling', true)).toEqual(said('polling', false))
})

test('repeats why the server refuses a channel', () => {
  const text = { words: stateWords.en, sentences: stateSentences.en }
  expect(describe('waiting', { isSimulated: false, refusal: 'slow down' }, text).sentence).toBe(
    'The server says: slow down. The page tries again by itself.',
  )
})
