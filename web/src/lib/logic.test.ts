import { describe, expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { areaPath } from './chart/chart-path.ts'
import { clockSentence, indicatorOf } from './channel/indicator.ts'
import { transportsAfter } from './source/live-connection.ts'
import type { Frames } from './source/merge-frame.ts'
import { retryDelay } from './source/retry-delay.ts'
import { gapsOn, paceOf, timelineOf, unwatchedOn } from './chart/timeline.ts'
import { statusFixture } from './channel/status.fixture.ts'

function frame(window_start: number, revision: number, given: Partial<ChannelStats> = {}): ChannelStats {
  return { ...emptyStats('1', 'arena', window_start), revision, coverage: null, ...given }
}

const status = (given: Partial<ChannelStatus>): ChannelStatus => statusFixture(given)

describe('the timeline', () => {
  const counts = new Array<number>(120).fill(0)
  counts[0] = 7
  const frames: Frames = {
    current: frame(windowMs, 2, { series: { step_ms: 5000, counts } }),
    previous: frame(0, 1, { series: { step_ms: 5000, counts: new Array<number>(120).fill(2) } }),
  }

  test('runs over the boundary of two windows', () => {
    const timeline = timelineOf(frames, windowMs + 5000)
    expect(timeline?.counts.slice(-3)).toEqual([2, 7, 0])
    expect(timeline && paceOf(timeline)).toBe(11 * 2 + 7)
  })

  test('does not know what was before it was watched', () => {
    const timeline = timelineOf({ current: frames.current, previous: null }, windowMs + 5000)
    expect(timeline?.counts.slice(-3)).toEqual([null, 7, 0])
    expect(timeline && paceOf(timeline)).toBe(84)
  })

  test('does not know what was not covered, so that the pace is that of the covered steps', () => {
    const holes = [{ from: 0, to: windowMs - 10_000 }]
    const timeline = timelineOf(frames, windowMs + 5000, holes)
    expect(timeline?.counts.slice(-5)).toEqual([2, 2, 2, 7, 0])
    const silent = {
      current: frame(windowMs, 1, { series: { step_ms: 5000, counts: [0, 4, 0] } }),
      previous: null,
    }
    const joined = timelineOf(silent, windowMs + 10_000, [{ from: windowMs, to: windowMs + 5000 }])
    expect(joined?.counts.slice(-3)).toEqual([null, 4, 0])
    expect(joined && paceOf(joined)).toBe(48)
  })

  test('of an old recording ends with its window', () => {
    expect(timelineOf(frames, 100 * windowMs)?.startMs).toBe(windowMs)
  })

  test('shows gaps, also one that lasts', () => {
    const timeline = timelineOf(frames, 2 * windowMs - 1)
    if (timeline === null) throw new Error('no timeline')
    const gaps = [
      { from: windowMs + windowMs / 2, to: windowMs + (windowMs * 3) / 4, reason: 'x' },
      { from: 0, to: 5, reason: 'old' },
    ]
    expect(gapsOn(timeline, frames, status({ gaps }), 2 * windowMs)).toEqual([{ from: 0.5, to: 0.75 }])
    expect(
      gapsOn(
        timeline,
        frames,
        status({ state: 'reconnecting', since: windowMs + windowMs / 2 }),
        2 * windowMs,
      ),
    ).toEqual([{ from: 0.5, to: 1 }])
  })

  test('shows what was not covered, together with the gaps that it touches', () => {
    const covered = [{ from: windowMs * 1.25, to: windowMs * 1.5 }]
    const given = { ...frames, current: frame(windowMs, 2, { coverage: covered, final: true }) }
    const timeline = timelineOf(given, 2 * windowMs - 1)
    if (timeline === null) throw new Error('no timeline')
    expect(gapsOn(timeline, given, null, 2 * windowMs)).toEqual([{ from: 0.5, to: 1 }])
    expect(unwatchedOn(timeline, given, [], 2 * windowMs)).toEqual([{ from: 0, to: 0.25 }])
    expect(unwatchedOn(timeline, given, [{ from: 0, to: 0.3 }], 2 * windowMs)).toEqual([])
    const gaps = [{ from: windowMs * 1.125, to: windowMs * 1.375, reason: 'x' }]
    expect(gapsOn(timeline, given, status({ gaps }), 2 * windowMs)).toEqual([
      { from: 0.125, to: 0.375 },
      { from: 0.5, to: 1 },
    ])
  })

  test('shows the newest moments of a channel that is not joined as uncovered', () => {
    const covered = [{ from: windowMs, to: 2 * windowMs - 6000 }]
    const given = { ...frames, current: frame(windowMs, 2, { coverage: covered }) }
    const nowMs = 2 * windowMs - 1
    const timeline = timelineOf(given, nowMs)
    if (timeline === null) throw new Error('no timeline')
    expect(gapsOn(timeline, given, status({}), nowMs)).toEqual([])
    expect(gapsOn(timeline, given, status({ state: 'parted' }), nowMs)).toHaveLength(1)
  })

  test('shows gaps that overlap as one, also beyond its left edge', () => {
    const timeline = timelineOf(frames, 2 * windowMs - 1)
    if (timeline === null) throw new Error('no timeline')
    const share = (from: number, to: number) => ({
      from: windowMs * (1 + from),
      to: windowMs * (1 + to),
      reason: 'x',
    })
    const gaps = [share(-0.5, 0.5), share(-0.25, 0.25), share(0.75, 0.875), share(0.5, 0.625)]
    expect(gapsOn(timeline, frames, status({ gaps }), 2 * windowMs)).toEqual([
      { from: 0, to: 0.625 },
      { from: 0.75, to: 0.875 },
    ])
  })
})

test('the chart leaves a hole where nothing is known', () => {
  expect(areaPath([1, 2, null, 4, 4], 100, 10)).toBe('M0 10L0 7.5L25 5L25 10ZM75 10L75 0L100 0L100 10Z')
})

test.each([
  [status({}), 'live', 100, false, 'live'],
  [status({}), 'live', null, false, 'live'],
  [status({}), 'live', 20_000, false, 'live'],
  [status({}), 'live', 20_001, false, 'stale'],
  [status({}), 'polling', 100, false, 'polling'],
  [status({}), 'offline', 100, false, 'offline'],
  [status({}), 'slowed', 100, false, 'slowed'],
  [null, 'slowed', null, true, 'slowed'],
  [null, 'live', null, true, 'waiting'],
  [status({ state: 'not_found' }), 'polling', null, false, 'not_found'],
  [status({ state: 'banned' }), 'live', null, false, 'banned'],
  [status({ state: 'limit_reached' }), 'live', null, false, 'limit_reached'],
  [status({ state: 'reconnecting' }), 'live', 21_000, false, 'reconnecting'],
  [status({ state: 'parted' }), 'live', null, false, 'joining'],
  [null, 'connecting', null, false, 'joining'],
] as const)(
  'status %o by way of %s, heard %o ago, refused %o: %s',
  (given, way, heardAgoMs, isRefused, indicator) => {
    expect(indicatorOf({ status: given, way, heardAgoMs, isRefused })).toBe(indicator)
  },
)

test.each([
  [null, null],
  [25 * 60_000, 'The server’s clock is 25 minutes slow; every message is still counted.'],
  [-25 * 60_000, 'The server’s clock is 25 minutes fast; every message is still counted.'],
  [-70_000, 'The server’s clock is a minute fast; every message is still counted.'],
  [30_000, 'The server’s clock is less than a minute slow; every message is still counted.'],
])('a clock that is off by %o ms is reported in a sentence', (skewMs, sentence) => {
  expect(clockSentence(skewMs)).toBe(sentence)
})

test('attempts are further apart the more of them failed, up to a minute, and differ between pages', () => {
  const delays = (random: number) => [1, 2, 3, 6, 60].map((failures) => retryDelay(failures, () => random))
  expect(delays(1)).toEqual([2000, 4000, 8000, 60_000, 60_000])
  expect(delays(0)).toEqual([1000, 2000, 4000, 30_000, 30_000])
})

test('an attempt after one that failed begins with the other transport', () => {
  expect([0, 1, 2].map((failures) => transportsAfter(failures)[0])).toEqual([
    'websocket',
    'polling',
    'websocket',
  ])
})
