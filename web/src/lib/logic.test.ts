import { describe, expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/channel-status'
import { silentWindow } from '@chat-battle/contracts/silent-window'
import { windowMs } from '@chat-battle/contracts/window'
import { areaPath } from './chart-path.ts'
import { addressOf, channelsOf, parseTyped } from './channel-url.ts'
import { indicatorOf } from './indicator.ts'
import { lacksPrevious, mergeFrame, type Frames } from './merge-frame.ts'
import { gapsOn, paceOf, timelineOf } from './timeline.ts'

function frame(window_start: number, revision: number, given: Partial<ChannelStats> = {}): ChannelStats {
  return { ...silentWindow('1', 'arena', window_start), revision, ...given }
}

const status = (given: Partial<ChannelStatus>): ChannelStatus => ({
  channel_login: 'arena',
  channel_id: '1',
  state: 'joined',
  since: 0,
  gaps: [],
  ...given,
})

test.each([
  ['Ninja', 'ninja'],
  ['  @ninja ', 'ninja'],
  ['https://www.twitch.tv/Ninja?ref=x', 'ninja'],
  ['twitch.tv/ninja/videos', 'ninja'],
  ['no spaces', undefined],
  ['', undefined],
])('typed %o means %o', (typed, channel) => expect(parseTyped(typed)).toBe(channel))

test('an address holds at most four valid channels, each once', () => {
  expect(channelsOf(new URLSearchParams('channels=A,a,b!,b,c,d,e'))).toEqual(['a', 'b', 'c', 'd'])
  expect(channelsOf(new URLSearchParams(addressOf(['a', 'b']).slice(2)))).toEqual(['a', 'b'])
})

describe('frames', () => {
  const merged = (frames: ChannelStats[]) =>
    frames.reduce<Frames>((known, next) => mergeFrame(known, next), { current: null, previous: null })

  test('older ones change nothing, and the window before is kept', () => {
    const { current, previous } = merged([
      frame(0, 5),
      frame(0, 4),
      frame(windowMs, 6),
      frame(0, 9, { final: true }),
      frame(0, 99),
    ])
    expect(current).toMatchObject({ window_start: windowMs, revision: 6 })
    expect(previous).toMatchObject({ window_start: 0, revision: 9, final: true })
  })

  test.each<[string, ChannelStats[], boolean]>([
    ['nothing is known', [], false],
    ['there is none', [frame(windowMs, 6)], true],
    ['it is as it was at some time', [frame(0, 5), frame(windowMs, 6)], true],
    ['it is an older one', [frame(0, 5, { final: true }), frame(2 * windowMs, 9)], true],
    ['it is as it ended', [frame(0, 5), frame(windowMs, 6), frame(0, 9, { final: true })], false],
    [
      'it has taken an older one’s place',
      [frame(0, 5), frame(2 * windowMs, 9), frame(windowMs, 8, { final: true })],
      false,
    ],
  ])('the window before is fetched unless it is there as it ended: %s', (_, known, isLacking) => {
    expect(lacksPrevious(merged(known))).toBe(isLacking)
  })
})

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
    expect(gapsOn(timeline, status({ gaps }), 2 * windowMs)).toEqual([{ from: 0.5, to: 0.75 }])
    expect(
      gapsOn(timeline, status({ state: 'reconnecting', since: windowMs + windowMs / 2 }), 2 * windowMs),
    ).toEqual([{ from: 0.5, to: 1 }])
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
    expect(gapsOn(timeline, status({ gaps }), 2 * windowMs)).toEqual([
      { from: 0, to: 0.625 },
      { from: 0.75, to: 0.875 },
    ])
  })
})

test('the chart leaves a hole where nothing is known', () => {
  expect(areaPath([1, 2, null, 4, 4], 100, 10)).toBe('M0 10L0 7.5L25 5L25 10ZM75 10L75 0L100 0L100 10Z')
})

test.each([
  [status({}), 'live', 100, 'live'],
  [status({}), 'live', null, 'live'],
  [status({}), 'live', 21_000, 'stale'],
  [status({}), 'polling', 100, 'polling'],
  [status({}), 'offline', 100, 'offline'],
  [status({ state: 'not_found' }), 'polling', null, 'not_found'],
  [status({ state: 'parted' }), 'live', null, 'joining'],
  [null, 'connecting', null, 'joining'],
] as const)('status %o by way of %s, heard %o ago: %s', (given, way, heardAgoMs, indicator) => {
  expect(indicatorOf(given, way, heardAgoMs)).toBe(indicator)
})
