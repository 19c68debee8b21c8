import { describe, expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChannelStatusRecord } from '@chat-battle/contracts/channel-status'
import { windowMs } from '@chat-battle/contracts/window'
import type { RequestRefused } from './channels.ts'
import { createChannels } from './channels.ts'
import { statsFixture } from '../stats.fixture.ts'
import { StatsView } from './stats-view.ts'
import { StatusView } from './status-view.ts'
import { statusFixture as status } from './status.fixture.ts'

describe('the statistics', () => {
  test('keep the greatest revision of a window, and a final frame above all', () => {
    const view = new StatsView(100)
    const frames: [Partial<ChannelStats>, string][] = [
      [{ revision: 5 }, 'current'],
      [{ revision: 4 }, 'none'],
      [{ revision: 5 }, 'none'],
      [{ revision: 9, window_start: windowMs }, 'current'],
      [{ revision: 10 }, 'past'],
      [{ revision: 8, final: true }, 'closed'],
      [{ revision: 99 }, 'none'],
    ]
    for (const [given, change] of frames) expect(view.apply(statsFixture(given))).toBe(change)
    expect(view.current('1001')).toMatchObject({ window_start: windowMs, revision: 9 })
    expect(view.window('1001', 0)).toMatchObject({ revision: 8, final: true })
  })

  test('stay bounded: by channel the newest windows, in all the channels last heard', () => {
    const view = new StatsView(30)
    for (let index = 0; index < 100; index++)
      view.apply(statsFixture({ window_start: index * windowMs, revision: index }))
    expect(view.windowCount).toBe(24)
    expect(view.current('1001')?.revision).toBe(99)
    for (let index = 0; index < 1000; index++)
      view.apply(statsFixture({ channel_id: `${index}`, channel_login: `c${index}` }))
    expect(view.windowCount).toBeLessThanOrEqual(30)
    expect(view.current('999')).toBeDefined()
    expect(view.current('0')).toBeUndefined()
  })

  test('of a joined channel outlast those of any number that are not joined', () => {
    const view = new StatsView(30, (channelId) => channelId === '1001')
    view.apply(statsFixture({ window_start: 0, final: true }))
    view.apply(statsFixture({ window_start: windowMs }))
    for (let index = 0; index < 1000; index++)
      view.apply(statsFixture({ channel_id: `${index}`, channel_login: `c${index}` }))
    expect(view.windowCount).toBeLessThanOrEqual(30)
    expect(view.window('1001', 0)?.final).toBe(true)
  })
})

describe('a status', () => {
  test('of an older epoch is ignored', () => {
    const view = new StatusView(10)
    view.apply(status({ epoch: 2 }))
    expect(view.apply(status({ epoch: 1, state: 'reconnecting' }))).toBeUndefined()
    expect(view.get('arena')?.state).toBe('joined')
    expect(view.apply(status({ epoch: 2, heard_until: 7 }))).toBeUndefined()
    expect(view.apply(status({ epoch: 2, state: 'reconnecting' }))).toMatchObject({ state: 'reconnecting' })
  })

  test('is forgotten when its record is deleted, which is to be parted', () => {
    const view = new StatusView(10)
    view.apply(status({ state: 'not_found', epoch: 9 }))
    expect(view.forget('arena', 70)).toMatchObject({ channel_login: 'arena', state: 'parted', since: 70 })
    expect(view.get('arena')).toBeUndefined()
    expect(view.loginOf('1001')).toBeUndefined()
    expect(view.forget('arena', 71)).toBeUndefined()
    expect(view.apply(status({ epoch: 1 }))).toMatchObject({ state: 'joined' })
  })

  test.each(['joined', 'reconnecting'] as const)('that is %s outlasts any number that are not', (state) => {
    const view = new StatusView(3)
    view.apply(status({ state }))
    for (let index = 0; index < 10; index++)
      view.apply(status({ channel_login: `c${index}`, state: 'not_found', channel_id: null }))
    expect(view.monitored().map(({ channel_login }) => channel_login)).toEqual(['arena', 'c8', 'c9'])
  })
})

describe('the clock skew', () => {
  test('is the greatest, either way, that a joined channel reports', () => {
    const view = new StatusView(10)
    const report = (channel_login: string, clock_skew_ms: number | null, given = {}) =>
      view.apply(status({ channel_login, clock_skew_ms, ...given }))
    report('a', null)
    expect(view.clockSkewMs()).toBeNull()
    report('b', 40_000)
    report('c', -300_000)
    report('d', 200_000)
    report('e', 900_000, { state: 'parted' })
    expect(view.clockSkewMs()).toBe(-300_000)
  })
})

describe('a channel', () => {
  const now = 5 * windowMs + 1
  function channels(record?: ChannelStatusRecord, stats?: ChannelStats) {
    const statsView = new StatsView(10)
    const statusView = new StatusView(10)
    if (record !== undefined) statusView.apply(record)
    if (stats !== undefined) statsView.apply(stats)
    return createChannels(statsView, statusView, () => now)
  }
  const refusal = (act: () => unknown) => {
    try {
      act()
    } catch (error) {
      return (error as RequestRefused).kind
    }
    return undefined
  }

  test.each(['', 'a b', 'x'.repeat(26), '../etc', 'ünï', 'a\u0000'])('is never named %o', (name) => {
    expect(refusal(() => channels().resolve(name))).toBe('malformed_channel')
  })

  test('that was joined and is silent has zeros', () => {
    expect(channels(status()).stats('arena', undefined)).toMatchObject({
      channel_id: '1001',
      message_count: 0,
      window_start: 5 * windowMs,
      revision: 0,
    })
  })

  test('shows messages of an open window, also where this clock is an hour ahead', () => {
    const open = statsFixture({ window_start: 0, message_count: 20 })
    expect(channels(status(), open).current('arena')).toMatchObject({ window_start: 0, message_count: 20 })
  })

  test('shows its last final window for as long as that lasts by its time', () => {
    const closedEarly = statsFixture({ window_start: 5 * windowMs, final: true, message_count: 20 })
    expect(channels(status(), closedEarly).current('arena')?.message_count).toBe(20)
  })

  test('that is joined again has its last window, or zeros of which nothing is covered', () => {
    const known = statsFixture({ window_start: windowMs, message_count: 3 })
    const again = status({ state: 'reconnecting' })
    expect(channels(again, known).stats('arena', undefined).message_count).toBe(3)
    expect(channels(again).current('arena')).toBeNull()
    expect(channels(again).stats('arena', undefined)).toMatchObject({ message_count: 0, coverage: [] })
  })

  test('that is silent was covered in the window of now', () => {
    const silent = channels(status({ since: windowMs })).current('arena')
    expect(silent?.coverage).toEqual([{ from: 5 * windowMs, to: now }])
  })

  test('that was silent since its last window closed has zeros, and an open window for as long as it is open', () => {
    const closed = statsFixture({ window_start: 0, window_end: windowMs, final: true, message_count: 3 })
    expect(channels(status(), closed).current('arena')).toMatchObject({
      window_start: 5 * windowMs,
      message_count: 0,
    })
    expect(channels(status(), { ...closed, final: false }).current('arena')?.message_count).toBe(3)
    expect(channels(status({ state: 'reconnecting' }), closed).current('arena')?.message_count).toBe(3)
  })

  test.each([
    [undefined, 'channel_not_monitored'],
    [status({ state: 'parted' }), 'channel_not_monitored'],
    [status({ state: 'joining', channel_id: null }), 'channel_not_monitored'],
    [status({ state: 'joining' }), 'channel_not_monitored'],
    [status({ state: 'not_found', channel_id: null }), 'channel_not_found'],
    [status({ state: 'suspended', channel_id: null }), 'channel_suspended'],
    [status({ state: 'banned' }), 'channel_banned'],
    [status({ state: 'limit_reached' }), 'channel_limit_reached'],
  ])('%o is refused with %s', (record, kind) => {
    expect(refusal(() => channels(record).stats('arena', undefined))).toBe(kind)
  })

  test('has its windows by their start', () => {
    const known = channels(status(), statsFixture({ window_start: windowMs, message_count: 3 }))
    expect(known.stats('arena', windowMs).message_count).toBe(3)
    expect(known.stats('arena', undefined).message_count).toBe(3)
    expect(refusal(() => known.stats('arena', 0))).toBe('window_not_found')
  })
})
