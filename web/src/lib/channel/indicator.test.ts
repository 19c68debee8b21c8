import { expect, test } from 'vitest'
import { clockSentence, indicatorOf } from './indicator.ts'
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
  expect(clockSentence(skewMs)).toBe(sentence)
})
